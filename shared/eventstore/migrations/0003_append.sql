-- migrate:up
set local role consortia_owner;

-- Writes one request whole or not at all. Errors a caller can act on carry their own codes:
-- CS001 another version, CS003 tracking not ahead; unique violations name events_*_unique or claims_unique.
create function store.append(
  _community text, _command_id uuid, _correlation uuid, _causation uuid, _occurred_at timestamptz, _metadata bytea,
  _ids uuid[], _streams text[], _versions integer[], _tags text[], _data bytea[],
  _expected_streams text[], _expected_versions integer[],
  _claim_kinds text[], _claim_values text[], _claim_owners uuid[],
  _note_ids uuid[], _note_authors uuid[], _note_languages text[], _note_confidentialities text[],
  _note_digests text[], _note_sealed bytea[],
  _consumer text, _consumer_log text, _consumer_index bigint
) returns table (first_index bigint, at timestamptz)
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  standing record;
  moment timestamptz;
  found_version integer;
  wrong record;
begin
  select last_index, last_recorded_at into standing from store.head for update;
  moment := greatest(clock_timestamp(), standing.last_recorded_at);

  for wrong in select * from unnest(_expected_streams, _expected_versions) as expected(stream, version) loop
    select e.version into found_version from store.events e
      where e.stream = wrong.stream order by e.version desc limit 1;
    if coalesce(found_version, 0) <> wrong.version then
      raise exception 'stream % is at version %, not %', wrong.stream, coalesce(found_version, 0), wrong.version
        using errcode = 'CS001';
    end if;
  end loop;

  insert into store.events
    select standing.last_index + row.ordinal, row.id, _community, row.stream, row.version, row.tag,
           least(_occurred_at, moment), moment, _command_id, row.ordinal, _correlation, _causation, _metadata, row.data
      from unnest(_ids, _streams, _versions, _tags, _data)
        with ordinality as row(id, stream, version, tag, data, ordinal);

  insert into store.claims
    select _community, claim.kind, claim.value, claim.owner
      from unnest(_claim_kinds, _claim_values, _claim_owners) as claim(kind, value, owner);

  insert into store.notes (id, community, author, language, confidentiality, digest, sealed)
    select note.id, _community, note.author, note.language, note.confidentiality, note.digest, note.sealed
      from unnest(_note_ids, _note_authors, _note_languages, _note_confidentialities, _note_digests, _note_sealed)
        as note(id, author, language, confidentiality, digest, sealed);

  if _consumer is not null then
    insert into store.tracking as t (consumer, log, index) values (_consumer, _consumer_log, _consumer_index)
      on conflict (consumer) do update set index = excluded.index where t.index < excluded.index;
    if not found then
      raise exception 'consumer % has already passed index %', _consumer, _consumer_index using errcode = 'CS003';
    end if;
  end if;

  update store.head set last_index = standing.last_index + cardinality(_ids),
                        last_recorded_at = case when cardinality(_ids) > 0 then moment else last_recorded_at end;
  return query select standing.last_index + 1, moment;
end $$;

-- Takes what another service said, in its index order, up to the first gap: repeats are dropped. Answers the last index
-- now heard, by which the caller knows whether all was taken.
create function store.hear(
  _log text, _indexes bigint[], _ids uuid[], _communities text[], _streams text[], _versions integer[], _tags text[],
  _events bytea[]
) returns bigint
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  last bigint;
  next_one record;
begin
  perform pg_advisory_xact_lock(hashtextextended('hear ' || _log, 0));
  select coalesce(max(h.index), 0) into last from store.heard h where h.log = _log;
  for next_one in
    select * from unnest(_indexes, _ids, _communities, _streams, _versions, _tags, _events)
      as said(index, id, community, stream, version, tag, event) order by said.index
  loop
    continue when next_one.index <= last;
    exit when next_one.index <> last + 1;
    insert into store.heard (log, index, id, community, stream, version, tag, event)
      values (_log, next_one.index, next_one.id, next_one.community, next_one.stream, next_one.version, next_one.tag,
              next_one.event);
    last := next_one.index;
  end loop;
  return last;
end $$;

revoke execute on all functions in schema store from public;
grant execute on function store.append, store.hear to consortia_appender;

reset role;

-- migrate:down
drop function store.append;
drop function store.hear;
