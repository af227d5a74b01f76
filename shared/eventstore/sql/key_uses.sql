-- name: write
-- Keys with the moment each was used last; of several processes the latest stands.
insert into store.key_uses as kept (key, community, person, last_used)
select * from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[])
on conflict (key) do update set last_used = greatest(kept.last_used, excluded.last_used)

-- name: of_person
-- The uses of one person's keys.
select key, last_used from store.key_uses where community = $1 and person = $2
