-- name: plan_once_by_index
-- For a session that appends: planned once, for planning anew for the lists of each batch takes its time; and by index,
-- however little the server knows of the tables then: of an empty one it would choose to read the whole, and keep to that.
set plan_cache_mode = force_generic_plan;
set enable_seqscan = off

-- name: settle
-- Returns once everything visible now is where commits have to be: also on a standby, where they wait for one. Writes a
-- message of a few bytes to the WAL, then; where they wait for none, what is visible is on the disk, and nothing is done.
select case when current_setting('synchronous_standby_names') <> ''
            then pg_logical_emit_message(true, 'consortia', 'settled') end

-- name: append_batch
-- The one way in: the columns of a batch, in the order of store.append_batch.
select first_index, at from store.append_batch(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27, $28, $29, $30)

-- name: faults
-- Which requests of a batch cannot go in as the tables stand, and the first reason of each; `detail` counts its claims.
-- Each is looked up by itself: a plan made while the tables are small must do when they are not.
select distinct on (request) request, why, detail from (
  select e.request, 1 as rank, 'command' as why, 0 as detail
    from unnest($1::integer[], $2::uuid[]) as e(request, command)
   where (select 1 from store.events s where s.command_id = e.command limit 1) is not null
  union all
  select e.request, 2, 'version', 0
    from unnest($1::integer[], $3::text[], $4::integer[]) as e(request, stream, version)
   where (select 1 from store.events s where s.stream = e.stream and s.version = e.version limit 1) is not null
  union all
  select r.request, 2, 'version', 0
    from unnest($5::integer[], $6::text[], $7::integer[], $8::boolean[]) as r(request, stream, version, is_last)
   where case when r.is_last
              then (select 1 from store.events s where s.stream = r.stream and s.version > r.version limit 1) is not null
              else (select 1 from store.events s where s.stream = r.stream and s.version = r.version limit 1) is null end
  union all
  select t.request, 3, 'tracking', 0
    from unnest($9::integer[], $10::text[], $11::bigint[]) as t(request, consumer, index)
    join store.tracking s on s.consumer = t.consumer and s.index >= t.index
  union all
  select c.request, 4, 'claim', c.detail
    from unnest($12::integer[], $13::text[], $14::text[], $15::text[], $16::integer[])
      as c(request, community, kind, value, detail)
   where (select 1 from store.claims s
           where s.community = c.community and s.kind = c.kind and s.value = c.value limit 1) is not null
) as found order by request, rank, detail

-- name: take_room
-- More room than is left in any page, to be rolled back: whether there is any.
insert into store.snapshots (stream, version, schema, state)
  select 'take-room', 0, pg_backend_pid()::text, string_agg(decode(md5(random()::text), 'hex'), '')
    from generate_series(1, 4096)

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

-- name: community_page
-- One community's part of a stretch of the log: the work is bounded by the stretch, not by the log.
select index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  from store.events where community = $1 and index > $2 and index <= $3 order by index limit $4

-- name: last_index
select last_index from store.head

-- name: identity
-- Which log this is: made once, kept by backups and copies.
select log from store.identity

-- name: tracked
select index from store.tracking where consumer = $1

-- name: note
select id, author, language, confidentiality, digest, sealed, retention
  from store.notes where community = $1 and id = $2

-- name: forget
-- Deletes sealed contact data; notes of other classes stay.
select store.forget_contacts($1, $2)

-- name: hear
select store.hear($1, $2, $3, $4, $5, $6, $7, $8)

-- name: try_hearing
-- The lease of whoever hears a log: held by this session, which writes what it hears, until it ends.
select pg_try_advisory_lock(hashtextextended('hears ' || $1, 0))

-- name: heard_page
-- What was heard of a log after an index, verbatim.
select index, event from store.heard where log = $1 and index > $2 order by index limit $3

-- name: heard_ids
-- What was heard of a log at these indexes ($2), as far as it was.
select index, id from store.heard where log = $1 and index = any($2::bigint[])

-- name: heard_last
select coalesce(max(index), 0) from store.heard where log = $1
