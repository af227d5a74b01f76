-- name: try_lease
-- Held by this session until it ends: whoever loses the connection loses the lease with it.
select pg_try_advisory_lock(hashtextextended('project ' || $1, 0))

-- name: leased_by
-- Who holds the lease, as the connection calls itself; null where nobody does.
select holder from read.leader($1)

-- name: stands_at
select index, version from read.positions where projection = $1

-- name: positions
select projection, index from read.positions

-- name: move
-- From where it stood in that version, and only from there; nothing where a rebuild has moved it meanwhile.
insert into read.positions (projection, log, index, version)
  select $1, $2, $4::bigint, $5::integer where $3::bigint = 0 or exists (select from read.positions where projection = $1)
  on conflict (projection) do update set index = excluded.index where positions.index = $3 and positions.version = $5
  returning index

-- name: try_rebuild
-- Only one process at a time rebuilds a projection; held by this session until it ends.
select pg_try_advisory_lock(hashtextextended('rebuild ' || $1, 0))

-- name: rebuild_under_way
select index from read.rebuilds where projection = $1 and version = $2 and shape = read.shape($3::text[])

-- name: begin_position
-- So that there is a row to hold when it comes to the swap.
insert into read.positions (projection, log, index, version) values ($1, $2, 0, $3) on conflict do nothing

-- name: begin_shadows
select read.begin_shadow(wanted) from unnest($1::text[]) as wanted

-- name: begin_rebuild
insert into read.rebuilds (projection, log, version, index, shape) values ($1, $2, $3, 0, read.shape($4::text[]))
  on conflict (projection) do update set log = excluded.log, version = excluded.version, index = 0,
    shape = excluded.shape, began_at = clock_timestamp()

-- name: give_up_rebuild
delete from read.rebuilds where projection = $1

-- name: move_rebuild
update read.rebuilds set index = $3 where projection = $1 and index = $2 returning index

-- name: patience
-- How long this transaction waits for a lock: everybody who comes after waits behind it as long.
select set_config('lock_timeout', $1, true)

-- name: hold_position
-- The live projector takes this row first in each of its transactions, so it waits here, between two of them.
select index, version from read.positions where projection = $1 for update

-- name: hold_tables
select read.hold($1::text[])

-- name: same_shape
select exists (select from read.rebuilds where projection = $1 and shape = read.shape($2::text[]))

-- name: swap
select read.swap(wanted) from unnest($1::text[]) as wanted

-- name: settle
-- The tables are live now, and stand where the rebuild stood.
with over as (delete from read.rebuilds where projection = $1)
update read.positions set log = $2, index = $3, version = $4 where projection = $1

-- name: drop_replaced
-- What a swap left to be dropped, apart from it, because that takes longer the larger it is.
do $$
declare
  name text;
begin
  for name in select c.relname from pg_class c where c.relnamespace = 'replaced'::regnamespace and c.relkind = 'r' loop
    execute format('drop table if exists replaced.%I', name);
  end loop;
end $$

-- name: still_there
select
