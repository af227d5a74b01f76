-- name: readable
-- Cards that whoever has the ids $3 may read.
exists (select from read.readership r where r.log = c.log and r.subject = c.subject and r.ids && $3::uuid[])

-- name: all
-- Every card, for whom no ids limit.
$3::uuid[] is null

-- name: column
-- One column of the board: in it longest first, or (direction desc) latest first; of what the ids $3 may read.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private from read.cards c
  where c.community = $1 and c.stage = $2 and {readable}
  order by c.since {direction}, c.subject {direction} limit $4

-- name: column_of
-- The same, of one proposing partner.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private from read.cards c
  where c.community = $1 and c.stage = $2 and {readable}
    and c.partner = $5
  order by c.since {direction}, c.subject {direction} limit $4

-- name: column_waiting_on
-- The same, of the cards that wait on partner $6; $7 are the matters it owns, for what waits on any owner.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private
  from (
    select w.log, w.subject from read.waits w where w.community = $1 and w.partner = $6
    union
    select w.log, w.subject from read.waits w
      where w.community = $1 and w.partner is null and w.matter = any($7::text[]) and not $6 = any(w.apart)
  ) waiting join read.cards c on c.log = waiting.log and c.subject = waiting.subject
  where c.community = $1 and c.stage = $2 and {readable}
    and ($5::uuid is null or c.partner = $5)
  order by c.since {direction}, c.subject {direction} limit $4

-- name: on_the_way
-- Accepted a moment ago, its microcredential not heard of yet: among the latest 200 acceptances; of what $3 may read.
select c.log, c.subject, c.key, c.title, c.partner, 'preparation' as stage, c.since, c.private
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
-- of what the ids $3 may read.
select w.log, w.subject, w.wait, c.key, c.title, c.stage, c.partner, c.since, c.private
  from (
    select * from read.waits where community = $1 and position = any($2::uuid[])
    union all
    select w.* from read.waits w, unnest($4::uuid[], $5::text[]) as owned(partner, matter)
      where w.community = $1 and w.position is null and w.partner = owned.partner and w.matter = owned.matter
    union all
    select w.* from read.waits w
      where w.community = $1 and w.position is null and w.partner is null and exists (
        select from unnest($4::uuid[], $5::text[]) as owned(partner, matter)
          where owned.matter = w.matter and not owned.partner = any(w.apart)
      )
  ) w join read.cards c on c.log = w.log and c.subject = w.subject
  where {readable}
  order by w.due nulls last, w.since, w.subject, w.ordinal limit $6

-- name: card
-- One card, as the later of its two logs tells it.
select c.log, c.subject, c.key, c.title, c.partner, c.stage, c.since, c.private from read.cards c
  where c.community = $1 and c.subject = $2 order by c.log = 'credentials' desc limit 1

-- name: names
-- Keys and titles of these cards.
select distinct on (c.subject) c.subject, c.key, c.title, c.partner from read.cards c
  where c.community = $1 and c.subject = any($2::uuid[]) order by c.subject, c.log = 'credentials' desc
