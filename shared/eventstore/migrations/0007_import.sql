-- migrate:up

-- The role for imports, made like the others: see 0001. Where an administrator makes the roles, this one is needed from
-- here on, but only a login that imports must be a member of it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'consortia_importer') then
    begin
      create role consortia_importer nologin;
      grant consortia_importer to current_user;
    exception
      when duplicate_object or unique_violation then
        null;  -- another migration made it a moment ago
      when insufficient_privilege then
        raise exception 'the role consortia_importer is missing and % may make no roles', current_user
          using errcode = 'insufficient_privilege',
                hint = 'An administrator makes it with deploy/postgres/roles.sql; then migrate again.';
    end;
  end if;
end $$;

set local role consortia_owner;

-- A chunk of an import, in one transaction: begin_import, COPY, finish_import. The head row is locked from the first to
-- the commit, so that appenders wait for the chunk and then go on behind it.
create function store.begin_import(out last_index bigint, out at timestamptz)
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  standing record;
begin
  select h.last_index, h.last_recorded_at into standing from store.head h for update;
  last_index := standing.last_index;
  at := greatest(clock_timestamp(), standing.last_recorded_at);
end $$;

-- Checks what was copied since the head and moves the head over it, or raises CS007 with what is wrong:
-- indexes follow the head without a gap, streams' versions and commands' ordinals are contiguous, all rows were recorded
-- at one moment that is neither before the head's nor in the future, and nothing occurred after it was recorded.
create function store.finish_import(_count bigint) returns bigint
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  standing record;
  copied record;
  wrong text;
begin
  select h.last_index, h.last_recorded_at into standing from store.head h for update;
  select count(*) as rows, coalesce(min(e.index), 0) as least, coalesce(max(e.index), 0) as most,
         min(e.recorded_at) as earliest, max(e.recorded_at) as latest,
         count(*) filter (where e.occurred_at > e.recorded_at) as early
    into copied from store.events e where e.index > standing.last_index;

  if copied.rows <> _count or _count < 1 then
    raise exception 'the import counts % rows, and % were copied', _count, copied.rows using errcode = 'CS007';
  end if;
  if copied.least <> standing.last_index + 1 or copied.most <> standing.last_index + _count then
    raise exception 'the rows copied hold indexes % to %, and index % is the next', copied.least, copied.most,
      standing.last_index + 1 using errcode = 'CS007';
  end if;
  if copied.earliest <> copied.latest or copied.early > 0
     or copied.latest not between standing.last_recorded_at and greatest(clock_timestamp(), standing.last_recorded_at)
  then
    raise exception 'the rows copied are not all recorded at one moment, now, after they occurred'
      using errcode = 'CS007';
  end if;

  select found.stream into wrong from (
      select e.stream, min(e.version) as least, max(e.version) as most, count(*) as versions
        from store.events e where e.index > standing.last_index group by e.stream) as found
    where found.most - found.least + 1 <> found.versions
       or (found.least > 1 and not exists (
             select from store.events before where before.stream = found.stream and before.version = found.least - 1))
    limit 1;
  if found then
    raise exception 'the versions of stream % are not contiguous', wrong using errcode = 'CS007';
  end if;
  select one.command_id::text into wrong from (
      select e.command_id, min(e.ordinal) as least, max(e.ordinal) as most, count(*) as ordinals
        from store.events e where e.index > standing.last_index group by e.command_id) as one
    where one.least <> 1 or one.most <> one.ordinals
    limit 1;
  if found then
    raise exception 'the ordinals of command % are not contiguous', wrong using errcode = 'CS007';
  end if;

  update store.head set last_index = copied.most, last_recorded_at = copied.latest;
  return copied.most;
end $$;

-- Rows the head was not moved over would stand in the way of every append: no transaction of an importer commits them.
create function store.refuse_unfinished_import() returns trigger
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if new.index > (select h.last_index from store.head h) then
    raise exception 'rows were copied and the import was not finished' using errcode = 'CS007';
  end if;
  return null;
end $$;
create constraint trigger imports_are_finished after insert on store.events
  deferrable initially deferred for each row when (current_user = 'consortia_importer')
  execute function store.refuse_unfinished_import();

revoke execute on function store.begin_import, store.finish_import, store.refuse_unfinished_import from public;
grant usage on schema store to consortia_importer;
grant select on store.head to consortia_importer;
grant select, insert on store.events, store.claims, store.notes to consortia_importer;
grant execute on function store.begin_import, store.finish_import to consortia_importer;

reset role;

-- migrate:down
set local role consortia_owner;
drop trigger imports_are_finished on store.events;
drop function store.refuse_unfinished_import;
drop function store.finish_import;
drop function store.begin_import;
revoke all on store.head, store.events, store.claims, store.notes from consortia_importer;
revoke usage on schema store from consortia_importer;
reset role;
