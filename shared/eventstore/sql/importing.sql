-- name: begin
-- Where the log ends, locked until the transaction does; and the moment everything in the chunk is recorded at.
select last_index, at from store.begin_import()

-- name: finish
-- Move the head over the rows copied, once the database has checked them.
select store.finish_import($1)

-- name: index_before
-- How long the log was before it took that event in; as long as it is, where it has not.
select coalesce((select index - 1 from store.events where id = $1), (select last_index from store.head))

-- name: holds
select exists (select from store.events where id = $1)
