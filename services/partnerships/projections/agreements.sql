-- name: propose
insert into agreements (agreement, community, key, terms, digest, proposed_at) values ($1, $2, $3, $4, $5, $6)

-- name: sign
update agreements set signatures = signatures || $2::jsonb where agreement = $1

-- name: enforce
update agreements set in_force_since = $2 where agreement = $1

-- name: list
-- A community's agreements, oldest first.
select agreement, key, terms, digest, proposed_at, signatures, in_force_since
  from read.agreements where community = $1 order by proposed_at, key
