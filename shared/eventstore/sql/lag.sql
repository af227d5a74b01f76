-- name: ends
-- Where each of these logs ($1) ends here: the service's own ($2), and what it heard of others.
select asked.log, case when asked.log = $2 then (select last_index from store.head) else (
    select coalesce(max(h.index), 0) from store.heard h where h.log = asked.log
  ) end as last_index
  from unnest($1::text[]) as asked(log)

-- name: projections
-- Where these projections stand, who holds the lease of each, and how far its rebuild is where one is under way.
select asked.projection, coalesce(p.index, 0) as index, l.holder, r.index as rebuilt
  from unnest($1::text[]) with ordinality as asked(projection, ordinal)
  left join read.positions p on p.projection = asked.projection
  left join lateral read.leader(asked.projection) l on true
  left join read.rebuilds r on r.projection = asked.projection
  order by asked.ordinal

-- name: reactions
select asked.consumer, coalesce(t.index, 0) as index
  from unnest($1::text[]) with ordinality as asked(consumer, ordinal)
  left join store.tracking t on t.consumer = asked.consumer
  order by asked.ordinal

-- name: ages
-- Seconds since the fact after each of these places was recorded, or, of another service's log, heard here; 0 where
-- there is none. $3 is the service's own log.
select coalesce(greatest(0, extract(epoch from clock_timestamp() - coalesce(
    (select e.recorded_at from store.events e where place.log = $3 and e.index = place.index + 1),
    (select h.heard_at from store.heard h where h.log = place.log and h.index = place.index + 1)
  ))), 0)::float8 as seconds
  from unnest($1::text[], $2::bigint[]) with ordinality as place(log, index, ordinal) order by place.ordinal

-- name: heard_tags
-- How many facts of each tag were heard of each log.
select log, tag, facts from store.heard_tags order by log, tag
