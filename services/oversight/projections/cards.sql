-- name: state
select state from cards_{log} where log = $1 and subject = $2

-- name: show
-- A card as it now stands; how it stood until then closes, at $14, and another row of its history opens; and where it
-- left stage $15 the stay that ended counts, in month $16 and of $17 days.
with open_row as (
  select from_at from past_cards_{log} where log = $1 and subject = $2 and until_at = 'infinity'
), closed as (
  update past_cards_{log} set until_at = $14,
      place = box(point((place[1])[0] + extract(epoch from $14::timestamptz - from_at) + 1, (place[1])[1]), place[1])
    where log = $1 and subject = $2 and until_at = 'infinity' and from_at < $14
), opened as (
  insert into past_cards_{log} as p
      (log, subject, from_at, until_at, community, key, title, partner, stage, since, drafting, waits, dots, place)
    select $1, $2, begins.at, 'infinity', $3, $4, $5, $6, $7, $8, $18, $19, $13,
        box(point($20::float8 + extract(epoch from begins.at), extract(epoch from $8::timestamptz)),
            point($20::float8 + 9e10, extract(epoch from $8::timestamptz)))
      from (select greatest($14::timestamptz, (select from_at from open_row))) as begins(at)
    on conflict (log, subject, from_at) do update set key = excluded.key, title = excluded.title,
      stage = excluded.stage, since = excluded.since, drafting = excluded.drafting, waits = excluded.waits,
      dots = excluded.dots, place = excluded.place
), aged as (
  insert into stage_ages_{log} as a (log, community, stage, month, days, stays)
    select $1, $3, $15::text, $16::date, $17::integer, 1 where $15::text is not null
    on conflict (log, community, stage, month, days) do update set stays = a.stays + 1
)
insert into cards_{log}
    (log, subject, community, key, title, partner, stage, since, index, state, private, due, dots, drafting)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $18)
  on conflict (log, subject) do update set key = excluded.key, title = excluded.title, stage = excluded.stage,
    since = excluded.since, index = excluded.index, state = excluded.state, private = excluded.private,
    due = excluded.due, dots = excluded.dots, drafting = excluded.drafting

-- name: keep
-- A card stands as it stood, though more is known of it.
update cards_{log} set index = $3, state = $4 where log = $1 and subject = $2

-- name: waited
-- What a card waited on is over.
delete from waits_{log} where log = $1 and subject = $2

-- name: wait
insert into waits_{log}
    (log, subject, ordinal, community, matter, partner, position, apart, since, due, wait, whom, shut, stage,
     stage_since, proposer)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
