-- name: readable
-- Cards that whoever has the ids $3 may read: their own partner's, and what was submitted to them; of what never was, what
-- they are invited to.
(c.partner = any($3::uuid[]) or {invited}
  or not c.drafting and (select r.ids && $3::uuid[] from read.readership r where r.log = c.log and r.subject = c.subject))

-- name: readable_to_coordinators
-- The same for whoever coordinates: whatever was submitted once.
(not c.drafting or c.partner = any($3::uuid[]) or {invited})

-- name: invited
-- Drafts they are invited to: one look into the index of drafts for all of them.
c.drafting and c.subject in (
  select r.subject from read.readership r
    where r.log = 'intake' and r.community = $1 and r.ids && $3::uuid[] and (r.state ->> 'draft')::boolean)

-- name: all
-- Every card, for whom no ids limit.
$3::uuid[] is null

-- name: readable_wait
-- What cards that whoever has the ids $3 may read wait for.
(w.proposer = any($3::uuid[])
  or (select r.ids && $3::uuid[] from read.readership r where r.log = w.log and r.subject = w.subject))

-- name: wait_readable_to_coordinators
-- The same for whoever coordinates: what is no draft was submitted.
(w.stage <> 'draft' or (select r.ids && $3::uuid[] from read.readership r where r.log = w.log and r.subject = w.subject))

-- name: columns
-- The columns of the stages $2, the first $4 of each.
select c.* from unnest($2::text[]) as asked(stage) cross join lateral (
    select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private, c.dots {standing} {in_order}
  ) c

-- name: counted
-- How many cards each of the stages $2 has, counted up to $4.
select asked.stage, found.cards from unnest($2::text[]) as asked(stage) cross join lateral (
    select count(*) as cards from (select {standing} limit $4) c
  ) found

-- name: standing
-- Cards of a stage: of what the ids $3 may read; beyond a card in their order ($5, $6); where $7 is stated, of what was
-- due before it; where $8 is, of that proposing partner.
from read.cards c
  where c.community = $1 and c.stage = asked.stage and {readable}
    and ($5::timestamptz is null or (c.since, c.subject) {beyond} ($5, $6::uuid)) and {overdue} and {proposed}

-- name: due_before
c.due < $7::timestamptz

-- name: due_or_not
$7::timestamptz is null

-- name: proposed_by
c.partner = $8::uuid

-- name: proposed_by_anybody
$8::uuid is null

-- name: standing_waiting
-- The same, of the cards that wait for one of $9 (not for partner $10, where it has spoken already), or are among $11.
-- The first of each are taken in their order, and the first of those.
from (
    select w.log, w.subject from unnest($9::uuid[]) as wanted(whom) cross join lateral (
        select distinct w.stage_since, w.subject, w.log from read.waits w
          where w.community = $1 and w.whom = wanted.whom and w.stage = asked.stage and {readable_wait}
            and ($8::uuid is null or w.proposer = $8) and ($10::uuid is null or not $10 = any(w.apart))
            and ($5::timestamptz is null or (w.stage_since, w.subject) {beyond} ($5, $6::uuid))
            and ($7::timestamptz is null or w.due < $7)
          order by w.stage_since {direction}, w.subject {direction} limit $4
      ) w
    union
    select c.log, c.subject from read.cards c
      where c.community = $1 and c.stage = asked.stage and c.subject = any($11::uuid[]) and {readable} and {proposed}
        and ($5::timestamptz is null or (c.since, c.subject) {beyond} ($5, $6::uuid))
  ) waiting join read.cards c on c.log = waiting.log and c.subject = waiting.subject

-- name: in_order
-- Longest in the stage first, or (direction desc) latest first.
order by c.since {direction}, c.subject {direction} limit $4

-- name: on_the_way
-- Accepted a moment ago, its microcredential not heard of yet: among the latest 200 acceptances; of what $3 may read.
select c.log, c.subject, c.key, c.title, c.partner, 'preparation' as stage, c.since, c.private, c.dots
  from (
    select * from read.cards
      where community = $1 and stage = 'accepted' and ($2::uuid is null or partner = $2) order by index desc limit 200
  ) c
  where not exists (select from read.cards m where m.log = 'credentials' and m.subject = c.subject) and {readable}
  order by c.since, c.subject

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
