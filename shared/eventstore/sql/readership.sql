-- name: state
select state from readership_{log} where log = $1 and subject = $2

-- name: show
insert into readership_{log} (log, subject, community, ids, state) values ($1, $2, $3, $4, $5)
  on conflict (log, subject) do update set ids = excluded.ids, state = excluded.state

-- name: of
-- Who may read one of them, as the later of its two logs tells it.
select state from read.readership where community = $1 and subject = $2 order by log = 'credentials' desc limit 1

-- name: closed_to
-- Those of these subjects that whoever has the ids $3 may not read.
select subject from read.readership where community = $1 and subject = any($2::uuid[]) and not ids && $3::uuid[]

-- name: note
insert into notes_about (note, community, subject) values ($1, $2, $3) on conflict (note) do nothing

-- name: about
select subject from read.notes_about where community = $1 and note = $2
