-- name: nudge
insert into nudges_{log} (log, index, community, subject, act, step, partner, refers, at, acting_as)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: about
-- Every nudge about these proposals and microcredentials, in the order of each log.
select n.subject, n.act, n.step, n.partner, n.refers, n.at, n.acting_as from read.nudges n
  where n.community = $1 and n.subject = any($2::uuid[]) order by n.index
