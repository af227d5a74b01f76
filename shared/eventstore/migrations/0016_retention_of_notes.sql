-- migrate:up
set local role consortia_owner;

-- How long what is sealed beside the log is kept, by its class: `remark` (comments and reasons), `decision` (the name and
-- title a decision was signed with, kept as long as the decision), `contact` (a person's contact data, until it changes or
-- the person is erased). Everything before this was a remark.
alter table store.notes add column retention text not null default 'remark'
  constraint notes_retention_known check (retention in ('remark', 'decision', 'contact'));
comment on table store.notes is
  'Text beside the log, each piece encrypted under a key kept outside this cluster; contact data under its person''s.';

-- As the function of 0010, with the classes; that one stays for processes of the build before.
create function store.append_batch(
  _ids uuid[], _communities text[], _streams text[], _versions integer[], _tags text[], _occurred timestamptz[],
  _commands uuid[], _ordinals integer[], _correlations uuid[], _causations uuid[], _metadata bytea[], _data bytea[],
  _read_streams text[], _read_versions integer[], _read_last boolean[],
  _claim_communities text[], _claim_kinds text[], _claim_values text[], _claim_owners uuid[],
  _note_ids uuid[], _note_communities text[], _note_authors uuid[], _note_languages text[],
  _note_confidentialities text[], _note_digests text[], _note_sealed bytea[], _note_retentions text[],
  _consumers text[], _consumer_logs text[], _consumer_indexes bigint[]
) returns table (first_index bigint, at timestamptz)
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  standing bigint;
  moment timestamptz;
begin
  update store.head as h
     set last_index = h.last_index + cardinality(_ids),
         last_recorded_at = case when cardinality(_ids) > 0 then greatest(clock_timestamp(), h.last_recorded_at)
                                 else h.last_recorded_at end
    returning h.last_index - cardinality(_ids),
              case when cardinality(_ids) > 0 then h.last_recorded_at
                   else greatest(clock_timestamp(), h.last_recorded_at) end into standing, moment;

  if cardinality(_read_streams) > 0 and exists (
    select from unnest(_read_streams, _read_versions, _read_last) as r(stream, version, is_last)
     where case when is_last
                then (select 1 from store.events e where e.stream = r.stream and e.version > r.version limit 1) is not null
                else (select 1 from store.events e where e.stream = r.stream and e.version = r.version limit 1) is null end
  ) then
    raise exception 'a stream is not at the version it was read at' using errcode = 'CS001';
  end if;

  insert into store.events
    select standing + row.place, row.id, row.community, row.stream, row.version, row.tag, least(row.occurred, moment),
           moment, row.command, row.ordinal, row.correlation, row.causation, row.metadata, row.data
      from unnest(_ids, _communities, _streams, _versions, _tags, _occurred, _commands, _ordinals, _correlations,
                  _causations, _metadata, _data)
        with ordinality as row(id, community, stream, version, tag, occurred, command, ordinal, correlation,
                               causation, metadata, data, place);

  if cardinality(_claim_kinds) > 0 then
    insert into store.claims
      select * from unnest(_claim_communities, _claim_kinds, _claim_values, _claim_owners);
  end if;

  if cardinality(_note_ids) > 0 then
    insert into store.notes (id, community, author, language, confidentiality, digest, sealed, retention)
      select * from unnest(_note_ids, _note_communities, _note_authors, _note_languages, _note_confidentialities,
                           _note_digests, _note_sealed, _note_retentions);
  end if;

  if cardinality(_consumers) > 0 then
    if exists (select from unnest(_consumers, _consumer_indexes) as u(consumer, index)
                 join store.tracking t on t.consumer = u.consumer and t.index >= u.index) then
      raise exception 'a consumer has already passed that index' using errcode = 'CS003';
    end if;
    insert into store.tracking as t (consumer, log, index)
      select distinct on (u.consumer) u.consumer, u.log, u.index
        from unnest(_consumers, _consumer_logs, _consumer_indexes) as u(consumer, log, index)
       order by u.consumer, u.index desc
      on conflict (consumer) do update set index = excluded.index;
  end if;

  return query select standing + 1, moment;
end $$;

revoke execute on function store.append_batch(
  uuid[], text[], text[], integer[], text[], timestamptz[], uuid[], integer[], uuid[], uuid[], bytea[], bytea[],
  text[], integer[], boolean[], text[], text[], text[], uuid[],
  uuid[], text[], uuid[], text[], text[], text[], bytea[], text[], text[], text[], bigint[]
) from public;
grant execute on function store.append_batch(
  uuid[], text[], text[], integer[], text[], timestamptz[], uuid[], integer[], uuid[], uuid[], bytea[], bytea[],
  text[], integer[], boolean[], text[], text[], text[], uuid[],
  uuid[], text[], uuid[], text[], text[], text[], bytea[], text[], text[], text[], bigint[]
) to consortia_appender;

-- Contact data that was replaced, or whose person was erased. An appender can delete nothing else beside the log.
create function store.forget_contacts(_community text, _contacts uuid[]) returns void
language sql security definer set search_path = store, pg_temp as $$
  delete from store.notes where community = _community and id = any(_contacts) and retention = 'contact';
$$;
revoke execute on function store.forget_contacts from public;
grant execute on function store.forget_contacts to consortia_appender;

reset role;

-- migrate:down
drop function store.forget_contacts;
drop function store.append_batch(
  uuid[], text[], text[], integer[], text[], timestamptz[], uuid[], integer[], uuid[], uuid[], bytea[], bytea[],
  text[], integer[], boolean[], text[], text[], text[], uuid[],
  uuid[], text[], uuid[], text[], text[], text[], bytea[], text[], text[], text[], bigint[]
);
-- squawk-ignore ban-drop-column
alter table store.notes drop column retention;
