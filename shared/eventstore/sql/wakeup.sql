-- name: notify
select pg_notify($1, $2)

-- name: still_there
select
