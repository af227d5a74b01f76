-- name: attempts
insert into store.attempts
  (at, community, person, key, role, position, method, route, subject, part, status, reasons, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: auditor_reads
insert into store.auditor_reads (at, community, person, key, path, query, request_id)
  values ($1, $2, $3, $4, $5, $6, $7)

-- name: forget_attempts
-- So many of the oldest, where they are from before $1.
delete from store.attempts where id in (select id from store.attempts where at < $1 order by at limit 10000)

-- name: forget_auditor_reads
delete from store.auditor_reads where id in (select id from store.auditor_reads where at < $1 order by at limit 10000)

-- name: attempts_page
-- Newest first, below an id; about one subject, of one person, or all.
select id, at, person, key, role, position, method, route, subject, part, status, reasons, request_id
  from store.attempts
 where community = $1 and id < $2 and ($3::uuid is null or subject = $3) and ($4::uuid is null or person = $4)
 order by id desc limit $5

-- name: auditor_reads_page
select id, at, person, key, path, query, request_id from store.auditor_reads
 where community = $1 and id < $2 and ($3::uuid is null or person = $3) order by id desc limit $4
