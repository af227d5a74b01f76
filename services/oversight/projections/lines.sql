-- name: note
insert into lines_{log} (log, id, index, community, subject) values ($1, $2, $3, $4, $5)

-- name: about
-- The facts about one proposal and its microcredential, verbatim as heard.
select l.log, h.event from read.lines l join store.heard h on h.log = l.log and h.index = l.index
  where l.community = $1 and l.subject = $2

-- name: cited
-- Facts by their ids, verbatim as heard.
select l.log, h.event from read.lines l join store.heard h on h.log = l.log and h.index = l.index
  where l.community = $1 and l.id = any($2::uuid[])

-- name: places
-- Where facts stand, by their ids.
select l.id, l.log, l.index from read.lines l where l.community = $1 and l.id = any($2::uuid[])

-- name: heard_at
-- The fact at one place, verbatim.
select h.event from store.heard h where h.log = $1 and h.index = $2 and h.community = $3

-- name: heard_from
-- What stands there and behind it, so far as it is the community's.
select h.event from store.heard h
  where h.log = $1 and h.index >= $2 and h.index < $2 + 200 and h.community = $3 order by h.index
