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
-- Every look is through an index, at the chunk alone (hence `materialized`): what a chunk costs must not grow with the log,
-- whose statistics know nothing yet of what an import has just brought in.
create function store.finish_import(_count bigint) returns bigint
language plpgsql security definer set search_path = store, pg_temp set enable_seqscan = off as $$
declare
  standing record;
  copied record;
  first bigint;
  last bigint;
  wrong text;
begin
  select h.last_index, h.last_recorded_at into standing from store.head h for update;
  first := standing.last_index + 1;
  last := standing.last_index + _count;
  select count(*) as rows, min(e.recorded_at) as earliest, max(e.recorded_at) as latest,
         count(*) filter (where e.occurred_at > e.recorded_at) as early
    into copied from store.events e where e.index between first and last;

  if _count < 1 or copied.rows <> _count or exists (select from store.events e where e.index > last) then
    raise exception 'the rows copied do not hold the indexes % to %, each once, and no other', first, last
      using errcode = 'CS007';
  end if;
  if copied.earliest <> copied.latest or copied.early > 0
     or copied.latest not between standing.last_recorded_at and greatest(clock_timestamp(), standing.last_recorded_at)
  then
    raise exception 'the rows copied are not all recorded at one moment, now, after they occurred'
      using errcode = 'CS007';
  end if;

  with chunk as materialized (select e.stream, e.version from store.events e where e.index between first and last)
  select found.stream into wrong from (
      select c.stream, min(c.version) as least, max(c.version) as most, count(*) as versions
        from chunk c group by c.stream) as found
    where found.most - found.least + 1 <> found.versions
       or (found.least > 1 and found.least - 1 is distinct from (
             select before.version from store.events before
               where before.stream = found.stream and before.version < found.least
               order by before.version desc limit 1))
    limit 1;
  if found then
    raise exception 'the versions of stream % are not contiguous', wrong using errcode = 'CS007';
  end if;
  with chunk as materialized (select e.command_id, e.ordinal from store.events e where e.index between first and last)
  select one.command_id::text into wrong from (
      select c.command_id, min(c.ordinal) as least, max(c.ordinal) as most, count(*) as ordinals
        from chunk c group by c.command_id) as one
    where one.least <> 1 or one.most <> one.ordinals
    limit 1;
  if found then
    raise exception 'the ordinals of command % are not contiguous', wrong using errcode = 'CS007';
  end if;

  update store.head set last_index = last, last_recorded_at = copied.latest;
  return last;
end $$;

-- Rows the head was not moved over would stand in the way of every append: no transaction of an importer commits them. Who
-- copied is noted once a statement, and looked after at the commit; a trigger on each row would slow every append.
create table store.imports (
  copied boolean not null
);
comment on table store.imports is 'A row while a transaction that copied events is under way; none is ever committed.';

create function store.note_import() returns trigger
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  insert into store.imports values (true);
  return null;
end $$;
create trigger imports_are_noted after insert on store.events
  for each statement when (current_user = 'consortia_importer') execute function store.note_import();

create function store.refuse_unfinished_import() returns trigger
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  delete from store.imports;
  if exists (select from store.events e where e.index < 1)
     or exists (select from store.events e where e.index > (select h.last_index from store.head h)) then
    raise exception 'rows were copied and the import was not finished' using errcode = 'CS007';
  end if;
  return null;
end $$;
create constraint trigger imports_are_finished after insert on store.imports
  deferrable initially deferred for each row execute function store.refuse_unfinished_import();

revoke execute on function store.begin_import, store.finish_import, store.note_import, store.refuse_unfinished_import
  from public;
grant usage on schema store to consortia_importer;
grant select on store.head to consortia_importer;
grant select, insert on store.events, store.claims, store.notes to consortia_importer;
grant execute on function store.begin_import, store.finish_import to consortia_importer;

reset role;

-- migrate:down
set local role consortia_owner;
drop trigger imports_are_noted on store.events;
drop table store.imports;
drop function store.note_import();
drop function store.refuse_unfinished_import;
drop function store.finish_import;
drop function store.begin_import;
revoke all on store.head, store.events, store.claims, store.notes from consortia_importer;
revoke usage on schema store from consortia_importer;
reset role;
