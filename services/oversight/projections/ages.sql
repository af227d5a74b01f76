-- name: usual
-- By stage the days after which half, 85 and 95 of a hundred stays had ended (nearest rank), where at least $3 have.
select stage, max(stays)::bigint as stays, min(days) filter (where 2 * upto >= stays) as p50,
    min(days) filter (where 100 * upto >= 85 * stays) as p85, min(days) filter (where 100 * upto >= 95 * stays) as p95
  from (
    select stage, days, sum(sum(stays)) over (partition by stage order by days) as upto,
        sum(sum(stays)) over (partition by stage) as stays
      from read.stage_ages where community = $1 and ($2::date is null or month < $2)
      group by stage, days
  ) counted where stays >= $3 group by stage
