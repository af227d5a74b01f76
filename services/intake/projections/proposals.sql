-- name: draft
insert into read.proposals (proposal, community, key, title, state, since, proposing_partner)
  values ($1, $2, $3, $4, 'draft', $5, $6)

-- name: retitle
update read.proposals set title = $2 where proposal = $1

-- name: submit
update read.proposals
   set state = 'submitted', since = $2, addressed_partner = $3, responded = '{}' where proposal = $1

-- name: respond
-- The first response begins concept validation; a second one of the same partner counts instead of its first.
update read.proposals
   set since = case when state = 'concept-validation' then since else $2 end,
       state = 'concept-validation',
       responded = array_append(array_remove(responded, $3::uuid), $3::uuid)
 where proposal = $1

-- name: settle
update read.proposals set state = $2, since = $3 where proposal = $1

-- name: send_back
update read.proposals set state = 'returned', since = $2, responded = '{}' where proposal = $1

-- name: list
-- A community's proposals after $2, in the order they were recorded; drafts only of the partners in $4, or all with $5.
select proposal, key, title, state, since, proposing_partner, addressed_partner, cardinality(responded) as responses
  from read.proposals
 where community = $1
   and ($2::uuid is null or proposal > $2)
   and ($3::text is null or state = $3)
   and ($5 or addressed_partner is not null or proposing_partner = any($4::uuid[]))
 order by proposal
 limit $6
