-- name: draft
insert into proposals (proposal, community, key, title, drafted_at, state, since, proposing_partner)
  values ($1, $2, $3, $4, $5, 'draft', $5, $6)

-- name: retitle
update proposals set title = $2 where proposal = $1

-- name: submit
update proposals
   set state = 'submitted', since = $2, addressed_partner = $3, responded = '{}' where proposal = $1

-- name: respond
-- The first response begins concept validation; a second one of the same partner counts instead of its first.
update proposals
   set since = case when state = 'concept-validation' then since else $2 end,
       state = 'concept-validation',
       responded = array_append(array_remove(responded, $3::uuid), $3::uuid)
 where proposal = $1

-- name: settle
update proposals set state = $2, since = $3 where proposal = $1

-- name: send_back
update proposals set state = 'returned', since = $2, responded = '{}' where proposal = $1

-- name: list
-- A community's proposals after the place ($2, $3), oldest first; with `readable`, of those that the ids $6 may read.
select proposal, key, title, drafted_at, state, since, proposing_partner, addressed_partner,
       cardinality(responded) as responses
  from read.proposals
 where community = $1
   and ($2::timestamptz is null or (drafted_at, proposal) > ($2, $3::uuid))
   and ($4::text is null or state = $4)
   and {readable}
 order by drafted_at, proposal
 limit $5

-- name: readable
exists (select from read.readership_intake r where r.subject = proposal and r.ids && $6::uuid[])
