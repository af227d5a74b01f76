-- name: readable
-- Cards that whoever has the ids $3 may read.
exists (select from read.readership r where r.log = c.log and r.subject = c.subject and r.ids && $3::uuid[])

-- name: all
-- Every card, for whom no ids limit.
$3::uuid[] is null

-- name: readable_wait
-- What cards that whoever has the ids $3 may read wait for.
exists (select from read.readership r where r.log = w.log and r.subject = w.subject and r.ids && $3::uuid[])

-- name: column
-- One column of the board: in it longest first, or (direction desc) latest first; of what the ids $3 may read; beyond a
-- card in that order ($5, $6); where $7 is stated, of what was due before it.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private, c.dots from read.cards c
  where c.community = $1 and c.stage = $2 and {readable}
    and ($5::timestamptz is null or (c.since, c.subject) {beyond} ($5, $6::uuid)) and ($7::timestamptz is null or c.due < $7)
  order by c.since {direction}, c.subject {direction} limit $4

-- name: in_stage
-- How many cards the stage has, counted up to $3: the index tells.
select count(*) from (select from read.cards c where c.community = $1 and c.stage = $2 limit $3) counted

-- name: column_of
-- The same, of one proposing partner.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private, c.dots from read.cards c
  where c.community = $1 and c.stage = $2 and {readable}
    and ($5::timestamptz is null or (c.since, c.subject) {beyond} ($5, $6::uuid)) and ($7::timestamptz is null or c.due < $7)
    and c.partner = $8
  order by c.since {direction}, c.subject {direction} limit $4

-- name: column_waiting
-- The same, of the cards that wait for one of $9 (not for partner $10, where it has spoken already), or are among $11.
-- The first of each are taken in their order, and the first of those.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private, c.dots
  from (
    select w.log, w.subject from unnest($9::uuid[]) as wanted(whom) cross join lateral (
        select distinct w.stage_since, w.subject, w.log from read.waits w
          where w.community = $1 and w.whom = wanted.whom and w.stage = $2 and {readable_wait}
            and ($8::uuid is null or w.proposer = $8) and ($10::uuid is null or not $10 = any(w.apart))
            and ($5::timestamptz is null or (w.stage_since, w.subject) {beyond} ($5, $6::uuid))
            and ($7::timestamptz is null or w.due < $7)
          order by w.stage_since {direction}, w.subject {direction} limit $4
      ) w
    union
    select m.log, m.subject from read.cards m where m.community = $1 and m.stage = $2 and m.subject = any($11::uuid[])
  ) waiting join read.cards c on c.log = waiting.log and c.subject = waiting.subject
  where {readable} and ($8::uuid is null or c.partner = $8)
    and ($5::timestamptz is null or (c.since, c.subject) {beyond} ($5, $6::uuid))
  order by c.since {direction}, c.subject {direction} limit $4

-- name: whoms
-- Each value of `whom` once, with one wait of it, by skipping through the index from one to the next.
with recursive skipping as (
  (select w.whom from read.waits w where w.community = $1 and w.whom is not null order by w.whom limit 1)
  union all
  select (select w.whom from read.waits w where w.community = $1 and w.whom > s.whom order by w.whom limit 1)
    from skipping s where s.whom is not null
)
select s.whom, one.subject, one.wait from skipping s
  cross join lateral (select w.subject, w.wait from read.waits w where w.community = $1 and w.whom = s.whom limit 1) one

-- name: doubtful
-- Waits for which the persons who can act must be asked for one by one: those shut to one of $2, and of each of the
-- whoms $4 the first; of what the ids $3 may read.
select w.subject, w.wait from read.waits w where w.community = $1 and w.shut && $2::uuid[] and {readable_wait}
union all
select w.subject, w.wait from unnest($4::uuid[]) as wanted(whom) cross join lateral (
    select w.subject, w.wait from read.waits w
      where w.community = $1 and w.whom = wanted.whom and {readable_wait} order by w.stage, w.stage_since limit $5
  ) w
limit $5

-- name: overdue
-- How many cards wait for something that was due before $2, counted up to $4; of what the ids $3 may read.
select count(*) from (
  select from read.cards c where c.community = $1 and c.due < $2 and {readable} limit $4
) counted

-- name: waiting_for
-- How many cards wait for one of $2 or are among $5, counted up to $4; of what the ids $3 may read.
select count(*) from (
  select w.subject from (
    (select w.subject from read.waits w where w.community = $1 and w.whom = any($2::uuid[]) and {readable_wait} limit 3 * $4)
    union select unnest($5::uuid[])
  ) w limit $4
) counted

-- name: marks
-- The last fact of each log that is the community's.
select p.log, (select max(l.index) from read.lines l where l.log = p.log and l.community = $1) as index
  from unnest($2::text[]) as p(log)

-- name: positions
-- How far the tables of cards have got.
select coalesce(sum(index), 0) from read.positions where projection like 'cards of %'

-- name: on_the_way
-- Accepted a moment ago, its microcredential not heard of yet: among the latest 200 acceptances; of what $3 may read.
select c.log, c.subject, c.key, c.title, c.partner, 'preparation' as stage, c.since, c.private, c.dots
  from (
    select * from read.cards
      where community = $1 and stage = 'accepted' and ($2::uuid is null or partner = $2) order by index desc limit 200
  ) c
  where not exists (select from read.cards m where m.log = 'credentials' and m.subject = c.subject) and {readable}
  order by c.since, c.subject

-- name: waits
-- Whom these cards wait on.
select w.log, w.subject, w.wait from read.waits w
  where w.log = any($1::text[]) and w.subject = any($2::uuid[]) order by w.log, w.subject, w.ordinal

-- name: waiting
-- What waits on these positions ($2), on these partners for these matters ($4, $5), or on any owner of such a matter;
-- of what the ids $3 may read; behind the place ($7 to $10) where a page before ended. Each of them is read in order, so
-- that no more is looked at than is shown, however much waits.
select found.* from (
  select one.* from unnest($2::uuid[]) as held(position) cross join lateral (
    {waiting} and w.position = held.position {in_order}
  ) one
  union all
  select one.* from unnest($4::uuid[], $5::text[]) as owned(partner, matter) cross join lateral (
    {waiting} and w.position is null and w.partner = owned.partner and w.matter = owned.matter {in_order}
  ) one
  union all
  select one.* from (select distinct matter from unnest($5::text[]) as matter) owned cross join lateral (
    {waiting} and w.position is null and w.partner is null and w.matter = owned.matter and exists (
      select from unnest($4::uuid[], $5::text[]) as mine(partner, matter)
        where mine.matter = w.matter and not mine.partner = any(w.apart)
    ) {in_order}
  ) one
) found order by found.due_or_never, found.since_when, found.subject, found.ordinal limit $6

-- name: waiting_rows
select w.log, w.subject, w.ordinal, w.wait, coalesce(w.due, 'infinity') as due_or_never, w.since as since_when,
    c.key, c.title, c.stage, c.partner, c.since, c.private, c.dots
  from read.waits w join read.cards c on c.log = w.log and c.subject = w.subject
  where w.community = $1 and {readable}
    and (coalesce(w.due, 'infinity'), w.since, w.subject, w.ordinal)
      > ($7::text::timestamptz, $8::text::timestamptz, $9::uuid, $10::integer)

-- name: waiting_order
order by coalesce(w.due, 'infinity'), w.since, w.subject, w.ordinal limit $6

-- name: reached
-- How far the projections of cards are.
select string_agg(index::text, '-' order by projection) from read.positions where projection like 'cards of %'

-- name: card
-- One card, as the later of its two logs tells it.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private, c.dots from read.cards c
  where c.community = $1 and c.subject = $2 order by c.log = 'credentials' desc limit 1

-- name: names
-- Keys and titles of these cards.
select distinct on (c.subject) c.subject, c.key, c.title, c.partner from read.cards c
  where c.community = $1 and c.subject = any($2::uuid[]) order by c.subject, c.log = 'credentials' desc
