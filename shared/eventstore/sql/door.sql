-- name: guard
-- The tags of the first and the last event, by which a service's live log is known for what it is.
select e.tag from store.events e, store.head h where e.index in (1, h.last_index)

-- name: events
-- One stream after a version, up to another, in order; null leaves a bound, the community or the limit open.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events
 where stream = $1 and version > coalesce($2::integer, -1) and version <= coalesce($3::integer, 2147483647)
   and ($4::text is null or community = $4)
 order by version limit $5

-- name: events_backwards
-- The same, the newest first.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events
 where stream = $1 and version > coalesce($2::integer, -1) and version <= coalesce($3::integer, 2147483647)
   and ($4::text is null or community = $4)
 order by version desc limit $5

-- name: notifications
-- The log after an index, up to another, by keyset; an empty array of tags means every tag.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events
 where index > $1 and index <= coalesce($2::bigint, 9223372036854775807)
   and (cardinality($3::text[]) = 0 or tag = any($3)) and ($4::text is null or community = $4)
 order by index limit $5

-- name: head
-- Everything up to this index is committed: indexes are given out in commit order, without gaps.
select last_index from store.head

-- name: last_of_community
select index from store.events where community = $1 order by index desc limit 1

-- name: tracked
select index from store.tracking where consumer = $1

-- name: keep_snapshots
insert into store.snapshots (stream, version, schema, state)
  select * from unnest($1::text[], $2::integer[], $3::text[], $4::bytea[])

-- name: snapshots
-- The snapshots of one stream in order, between versions as in `events`.
select stream, version, schema, state from store.snapshots
 where stream = $1 and version > coalesce($2::integer, -1) and version <= coalesce($3::integer, 2147483647)
 order by version limit $4

-- name: snapshots_backwards
-- The same, the newest first.
select stream, version, schema, state from store.snapshots
 where stream = $1 and version > coalesce($2::integer, -1) and version <= coalesce($3::integer, 2147483647)
 order by version desc limit $4
