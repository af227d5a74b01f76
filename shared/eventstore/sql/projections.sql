-- name: lock
-- Only one process advances or rebuilds a projection at a time; held until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('project ' || $1, 0))

-- name: position
select index from read.positions where projection = $1

-- name: positions
select projection, index from read.positions

-- name: move
insert into read.positions (projection, log, index) values ($1, $2, $3)
  on conflict (projection) do update set index = excluded.index

-- name: forget
delete from read.positions where projection = $1
