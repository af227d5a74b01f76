-- name: state
select state from cards_{log} where log = $1 and subject = $2

-- name: show
-- A card as it now stands.
insert into cards_{log} (log, subject, community, key, title, partner, stage, since, index, state, private)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (log, subject) do update set key = excluded.key, title = excluded.title, stage = excluded.stage,
    since = excluded.since, index = excluded.index, state = excluded.state, private = excluded.private

-- name: waited
-- What a card waited on is over.
delete from waits_{log} where log = $1 and subject = $2

-- name: wait
insert into waits_{log} (log, subject, ordinal, community, matter, partner, position, apart, since, due, wait)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
