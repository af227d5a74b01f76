-- migrate:up

-- Where tables are folded anew beside the live ones, and where the replaced ones go before they are dropped.
create schema rebuilding authorization consortia_projector;
create schema replaced authorization consortia_projector;

set local role consortia_projector;

alter table read.positions add column version integer not null default 1;
comment on column read.positions.version is 'The version of the projection whose code wrote the live tables.';

create table read.rebuilds (
  projection text primary key,
  log text not null,
  version integer not null,
  index bigint not null,
  shape text not null,
  began_at timestamptz not null default clock_timestamp()
);
comment on table read.rebuilds is 'How far each rebuild beside the live tables has got; a row is there from its beginning until the swap.';

-- What a table is besides its rows, as one digest: a rebuild made for another shape must not be swapped in.
create function read.shape(_tables text[]) returns text
language sql stable set search_path = pg_catalog as $$
  with live as (select c.* from pg_class c where c.oid = any(
    select format('read.%I', wanted)::regclass from unnest(_tables) as wanted))
  select md5(coalesce(string_agg(line, E'\n' order by line), '')) from (
    select format('%s column %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  pg_get_expr(d.adbin, d.adrelid)) as line
      from live c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    union all
    select format('%s constraint %s %s', c.relname, n.conname, pg_get_constraintdef(n.oid))
      from live c join pg_constraint n on n.conrelid = c.oid
    union all
    select pg_get_indexdef(i.indexrelid) from live c join pg_index i on i.indrelid = c.oid
    union all
    select format('%s is %s %s %s %s', c.relname, c.relacl, c.reloptions, obj_description(c.oid, 'pg_class'),
                  pg_get_expr(c.relpartbound, c.oid))
      from live c
  ) as described(line)
$$;

-- An empty table beside the live one, like it in everything but its rows, names of indexes and constraints included.
create function read.begin_shadow(_table text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
  live regclass := format('read.%I', _table)::regclass;
  about pg_class;
  statement text;
begin
  select * into about from pg_class where oid = live;
  if exists (select from pg_constraint where contype = 'f' and live in (conrelid, confrelid))
     or exists (select from pg_trigger where tgrelid = live and not tgisinternal) then
    raise exception 'read.% has a foreign key or a trigger, which a rebuild would lose; drop it first', _table
      using errcode = 'CS010';
  end if;
  execute format('drop table if exists rebuilding.%I', _table);
  execute format('create table rebuilding.%1$I (like read.%1$I including all excluding indexes)', _table);
  for statement in
    select format('alter table rebuilding.%I add constraint %I %s', _table, conname, pg_get_constraintdef(oid))
      from pg_constraint where conrelid = live and contype in ('p', 'u', 'x')
    union all
    select regexp_replace(pg_get_indexdef(i.indexrelid), ' ON (ONLY )?read\.', ' ON rebuilding.')
      from pg_index i
     where i.indrelid = live
       and not exists (select from pg_constraint c where c.conrelid = live and c.conindid = i.indexrelid)
    union all
    select format('alter table rebuilding.%I add constraint within_its_bounds check (%s)', _table,
                  pg_get_partition_constraintdef(live))
      where about.relispartition
    union all
    select format('comment on table rebuilding.%I is %L', _table, obj_description(live, 'pg_class'))
      where obj_description(live, 'pg_class') is not null
    union all
    select format('alter table rebuilding.%I set (%s)', _table, array_to_string(about.reloptions, ', '))
      where about.reloptions is not null
    union all
    select format('grant %s on rebuilding.%I to %s', g.privilege_type, _table,
                  case when g.grantee = 0 then 'public' else g.grantee::regrole::text end)
      from aclexplode(about.relacl) as g where g.grantee <> about.relowner
  loop
    execute statement;
  end loop;
end $$;

-- Locks the live tables, and what they are partitions of, so that nobody reads or writes them until the swap commits.
create function read.hold(_tables text[]) returns void
language plpgsql set search_path = pg_catalog as $$
declare
  held text;
begin
  for held in
    select distinct i.inhparent::regclass::text from unnest(_tables) as wanted
      join pg_inherits i on i.inhrelid = format('read.%I', wanted)::regclass order by 1
  loop
    execute format('lock table only %s in access exclusive mode', held);
  end loop;
  for held in select format('read.%I', wanted) from unnest(_tables) as wanted order by 1 loop
    execute format('lock table %s in access exclusive mode', held);
  end loop;
end $$;

-- Puts the table built beside in the place of the live one. Only the catalogue changes: it costs the same at any size.
create function read.swap(_table text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
  live regclass := format('read.%I', _table)::regclass;
  parent text;
  bounds text;
begin
  select i.inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid) into parent, bounds
    from pg_class c join pg_inherits i on i.inhrelid = c.oid where c.oid = live;
  if parent is not null then
    execute format('alter table %s detach partition read.%I', parent, _table);
  end if;
  execute format('alter table read.%I set schema replaced', _table);
  execute format('alter table rebuilding.%I set schema read', _table);
  if parent is not null then
    execute format('alter table %s attach partition read.%I %s', parent, _table, bounds);
    execute format('alter table read.%I drop constraint within_its_bounds', _table);
  end if;
end $$;

-- Which connection holds a projection's lease, in which process; no row where none does.
create function read.leader(_projection text) returns table (holder text, pid integer, since timestamptz)
language sql stable set search_path = pg_catalog as $$
  select a.application_name, a.pid, a.backend_start from pg_locks l join pg_stat_activity a on a.pid = l.pid
   where l.locktype = 'advisory' and l.granted and l.objsubid = 1
     and l.database = (select d.oid from pg_database d where d.datname = current_database())
     and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('project ' || _projection, 0)
$$;

revoke execute on function read.begin_shadow, read.hold, read.swap from public;

create view read.leases as
  select p.projection, p.log, p.index, p.version, l.holder, l.pid, l.since
    from read.positions p left join lateral read.leader(p.projection) l on true;
comment on view read.leases is 'For whoever operates this: how far each projection has got, and who keeps it level.';

reset role;

-- migrate:down
drop schema rebuilding cascade;
drop schema replaced cascade;
-- squawk-ignore ban-drop-view
drop view read.leases;
drop function read.shape, read.begin_shadow, read.hold, read.swap, read.leader;
drop table read.rebuilds;
-- squawk-ignore ban-drop-column
alter table read.positions drop column version;
