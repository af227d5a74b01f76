-- name: since
-- The events of a stream from the one its newest snapshot stands on, which carries the snapshot's bytes; the whole stream
-- where none stands on an event of it. So the log says whose the stream is, and how far it got; a snapshot only its state.
with newest as (
  select kept.version, kept.state
    from store.snapshots as kept
    join store.events as stands_on on stands_on.stream = kept.stream and stands_on.version = kept.version
   where kept.stream = $2 and kept.schema = $3 and stands_on.community = $1
   order by kept.version desc limit 1
)
select e.index, e.id, e.community, e.stream, e.version, e.tag, e.occurred_at, e.recorded_at, e.command_id, e.ordinal,
       e.correlation, e.causation, e.metadata, e.data,
       (select newest.state from newest where newest.version = e.version) as snapshot
  from store.events as e
 where e.stream = $2 and e.community = $1 and e.version >= coalesce((select newest.version from newest), 0)
 order by e.version

-- name: keep
-- The newest replaces those before it, and what other builds kept of the stream, once no such build runs any more.
-- What the `eventsourcing` library keeps here has schemas of another form and stays.
with replaced as (
  delete from store.snapshots
   where stream = $1
     and ((schema = $3 and version < $2)
          or (schema like 'fold-%' and schema <> $3 and taken_at < clock_timestamp() - interval '7 days'))
)
insert into store.snapshots (stream, version, schema, state) values ($1, $2, $3, $4)
  on conflict (stream, version, schema) do nothing

-- name: forget
delete from store.snapshots where stream = $1 and version = $2 and schema = $3
