-- name: publish
-- A pathway as last published.
insert into pathways (pathway, community, key, title, version) values ($1, $2, $3, $4, $5)
  on conflict (pathway) do update set title = excluded.title, version = excluded.version

-- name: published
-- The community's pathways, by key.
select p.key, p.title from read.pathways p where p.community = $1 order by p.key limit $2
