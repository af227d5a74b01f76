-- name: readable
-- Cards that whoever has the ids $4 may read now: their own partner's, and what was submitted to them; how that was before,
-- and of what never was, what they are invited to.
(c.partner = any($4::uuid[]) or exists (
  select from read.readership r where r.log = c.log and r.subject = c.subject and r.ids && $4::uuid[]
    and (not c.drafting or (r.state ->> 'draft')::boolean
      or exists (select from json_each_text(r.state -> 'invited') invited where invited.value::uuid = any($4)))
))

-- name: readable_to_coordinators
-- The same for whoever coordinates: all but what was never submitted to this day, unless it is theirs or they are invited.
(not c.drafting or c.partner = any($4::uuid[])
  or c.subject not in (select d.subject from read.cards d where d.log = 'intake' and d.community = $1 and d.drafting)
  or c.subject in (
    select r.subject from read.readership r
      where r.log = 'intake' and r.community = $1 and r.ids && $4::uuid[] and (r.state ->> 'draft')::boolean))

-- name: all
-- Every card, for whom no ids limit.
$4::uuid[] is null

-- name: columns
-- What stood in the stages $2 at $3, in the strips that begin at $6, the first $5 of each; the line meets them as seen from $7.
select c.* from unnest($2::text[], $6::float8[]) as asked(stage, begins) cross join lateral (
    select c.subject, c.key, c.title, c.partner, c.stage, c.since, c.waits, c.dots {standing} {in_order}
  ) c

-- name: counted
-- How many of them there were in each, counted up to $5; in no order, which would cost more than the counting.
select asked.stage, found.cards from unnest($2::text[], $6::float8[]) as asked(stage, begins) cross join lateral (
    select count(*) as cards from (select {standing} limit $5) counted
  ) found
  where $7::float8 is not null

-- name: standing
from read.past_cards c
  where c.place && box(point(asked.begins + extract(epoch from $3::timestamptz), -1e12), point(asked.begins + extract(epoch from $3), 1e12))
    and c.community = $1 and c.stage = asked.stage and c.from_at <= $3 and c.until_at > $3 and {readable}
    and ($8::timestamptz is null or (c.since, c.subject) {beyond} ($8, $9::uuid)) and ($10::uuid is null or c.partner = $10)

-- name: in_order
order by c.place <-> point(asked.begins + extract(epoch from $3), $7::float8), c.since {direction}, c.subject {direction} limit $5
