-- name: append
-- The one way in: every part of an append request, in the order of store.append.
select first_index, at from store.append(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)

-- name: stream
-- One stream of one community, whole, in order.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events where stream = $2 and community = $1 order by version

-- name: command
-- What one command wrote, in the order it decided it.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events where command_id = $1 order by ordinal

-- name: page
-- The log after an index, by keyset.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events where index > $1 order by index limit $2

-- name: last_index
select last_index from store.head

-- name: tracked
select index from store.tracking where consumer = $1

-- name: note
select id, author, language, confidentiality, digest, sealed from store.notes where community = $1 and id = $2

-- name: hear
select store.hear($1, $2, $3, $4, $5, $6, $7, $8)

-- name: heard_page
-- What was heard of a log after an index, verbatim.
select index, event from store.heard where log = $1 and index > $2 order by index limit $3

-- name: heard_last
select coalesce(max(index), 0) from store.heard where log = $1
