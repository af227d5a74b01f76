-- name: register
insert into persons (person, community, registered_at) values ($1, $2, $3) on conflict (person) do nothing

-- name: change
update persons set contact = $2, contact_changed_at = $3 where person = $1 and erased_at is null

-- name: erase
update persons set contact = null, contact_changed_at = null, erased_at = $2 where person = $1

-- name: page
-- A community's persons after a place, oldest first, each with their contact data as it lies sealed.
select p.person, p.registered_at, p.contact_changed_at, p.erased_at,
       n.id, n.author, n.language, n.confidentiality, n.digest, n.sealed, n.retention
  from read.persons p
  left join store.notes n on n.id = p.contact and n.community = p.community
 where p.community = $1 and ($2::timestamptz is null or (p.registered_at, p.person) > ($2, $3))
 order by p.registered_at, p.person limit $4

-- name: erased
select person from read.persons where erased_at is not null

-- name: named
-- The contact data of these persons of a community, as it lies sealed.
select p.person, p.registered_at, p.contact_changed_at, p.erased_at,
       n.id, n.author, n.language, n.confidentiality, n.digest, n.sealed, n.retention
  from read.persons p
  join store.notes n on n.id = p.contact and n.community = p.community
 where p.community = $1 and p.person = any($2)
