-- name: publish
insert into pathways (pathway, community, key, version, title, steps, published_at)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (pathway) do update
    set version = excluded.version, title = excluded.title, steps = excluded.steps, published_at = excluded.published_at

-- name: list
-- A community's pathways, each in the version in force.
select pathway, key, version, title, steps, published_at from read.pathways where community = $1 order by key
