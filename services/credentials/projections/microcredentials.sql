-- name: open
insert into microcredentials (microcredential, community, key, proposing_partner, state, opened_at, since)
  values ($1, $2, $3, $4, 'preparing', $5, $5)

-- name: turn
update microcredentials set state = $2, since = $3 where microcredential = $1

-- name: page
-- A community's microcredentials after a place in the list, by keyset; with `readable`, of those that whoever has the ids $6 may read.
select microcredential, key, proposing_partner, state, opened_at, since
  from read.microcredentials
 where community = $1 and ($2::text is null or state = $2)
   and ($3::timestamptz is null or (opened_at, microcredential) > ($3, $4::uuid))
   and {readable}
 order by opened_at, microcredential limit $5

-- name: readable
exists (select from read.readership_credentials r where r.subject = microcredential and r.ids && $6::uuid[])
