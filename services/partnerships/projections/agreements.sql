-- name: propose
insert into agreements (agreement, community, key, terms, digest, proposed_at) values ($1, $2, $3, $4, $5, $6)

-- name: revise
-- A later version waits beside the one in force, and puts aside one that waited.
update agreements
   set pending = jsonb_build_object(
         'version', $2::int, 'terms', $3::jsonb, 'digest', $4::text,
         'proposed_at', $5::timestamptz, 'signatures', '[]'::jsonb
       )
 where agreement = $1

-- name: sign
update agreements
   set signatures = signatures || $2::jsonb
 where agreement = $1 and version = $3 and in_force_since is null

-- name: sign_pending
update agreements
   set pending = jsonb_set(pending, '{signatures}', (pending -> 'signatures') || $2::jsonb)
 where agreement = $1 and (pending ->> 'version')::int = $3

-- name: enforce
update agreements set in_force_since = $2 where agreement = $1 and version = $3

-- name: supersede
-- The version that waited takes the place of the one before.
update agreements
   set version = $3,
       terms = pending -> 'terms',
       digest = pending ->> 'digest',
       proposed_at = (pending ->> 'proposed_at')::timestamptz,
       signatures = pending -> 'signatures',
       in_force_since = $2,
       pending = null,
       withdrawn = '[]'
 where agreement = $1 and (pending ->> 'version')::int = $3

-- name: withdraw
update agreements set withdrawn = withdrawn || $2::jsonb where agreement = $1

-- name: terminate
update agreements set ends = $2, pending = null where agreement = $1

-- name: list
-- A community's agreements, oldest first.
select agreement, key, version, terms, digest, proposed_at, signatures, in_force_since, pending, withdrawn, ends
  from read.agreements where community = $1 order by proposed_at, key
