-- name: readable
-- Cards that whoever has the ids $3 may read.
exists (select from read.readership r where r.log = c.log and r.subject = c.subject and r.ids && $3::uuid[])

-- name: all
-- Every card, for whom no ids limit.
$3::uuid[] is null

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

-- name: marks
-- The last fact of each log that is the community's.
select p.log, (select max(l.index) from read.lines l where l.log = p.log and l.community = $1) as index
  from unnest($2::text[]) as p(log)

-- name: positions
-- How far the tables of cards have got.
select coalesce(sum(index), 0) from read.positions where projection like 'cards of %'

-- name: waits
-- Whom these cards wait on.
select w.log, w.subject, w.wait from read.waits w
  where w.log = any($1::text[]) and w.subject = any($2::uuid[]) order by w.log, w.subject, w.ordinal

-- name: waiting
-- What waits on these positions ($2), on these partners for these matters ($4, $5), or on any owner of such a matter;
-- of what the ids $3 may read; behind the place ($7 to $10) where a page before ended; about $11 alone, where it is stated. What the
-- person $12 alone can do waits on them in positions they held once ($13) as well. Each of them is read in order, so
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
  union all
  select one.* from unnest($13::uuid[]) as once(position) cross join lateral (
    {waiting} and w.position = once.position and (w.wait ->> 'only')::uuid = $12 {in_order}
  ) one
) found order by found.due_or_never, found.since_when, found.subject, found.ordinal limit $6

-- name: waiting_rows
select w.log, w.subject, w.ordinal, w.wait, coalesce(w.due, 'infinity') as due_or_never, w.since as since_when,
    c.key, c.title, c.stage, c.partner, c.since, c.private, c.dots
  from read.waits w join read.cards c on c.log = w.log and c.subject = w.subject
  where w.community = $1 and {readable}
    and (coalesce(w.due, 'infinity'), w.since, w.subject, w.ordinal)
      > ($7::text::timestamptz, $8::text::timestamptz, $9::uuid, $10::integer)
    and ($11::uuid is null or w.subject = $11)

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
