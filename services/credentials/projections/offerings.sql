-- name: open
insert into offerings (offering, community, microcredential, opened_by, starts) values ($1, $2, $3, $4, $5)

-- name: close
update offerings set closed_by = $2 where offering = $1

-- name: of
-- The offerings of one microcredential, the first one first.
select offering from read.offerings where community = $1 and microcredential = $2 order by starts, offering

-- name: deliverers
select opened_by as person from read.offerings where microcredential = $1
union
select closed_by from read.offerings where microcredential = $1 and closed_by is not null
