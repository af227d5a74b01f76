-- name: letter_page
-- Newest first, below an id; of one consumer and in one state, or of all (null).
select l.id, l.consumer, l.log, l.index, l.fact, l.community, l.stream, l.version, l.tag, l.sequence, l.subject, l.error,
       l.tries, l.first_at, l.last_at, l.state, l.asked, l.asked_at, l.asked_by, l.reason, l.settled_at,
       (select count(*) from store.parked p where p.letter = l.id)::integer as parked
  from store.dead_letters l
 where l.id < $1 and not starts_with(l.consumer, 'rebuilding ') and ($2::text is null or l.consumer = $2) and ($3::text is null or l.state = $3)
 order by l.id desc limit $4

-- name: letter
select l.id, l.consumer, l.log, l.index, l.fact, l.community, l.stream, l.version, l.tag, l.sequence, l.subject, l.error,
       l.tries, l.first_at, l.last_at, l.state, l.asked, l.asked_at, l.asked_by, l.reason, l.settled_at,
       (select count(*) from store.parked p where p.letter = l.id)::integer as parked
  from store.dead_letters l where l.id = $1

-- name: message_of
-- The bytes of a message that was none of its log's; of a fact, as they are stored or as they were heard.
select coalesce(l.raw, h.event, e.data) from store.dead_letters l
  left join store.heard h on h.log = l.log and h.index = l.index and h.id = l.fact
  left join store.events e on e.index = l.index and e.id = l.fact
 where l.id = $1

-- name: letters_asked
-- What a consumer has been asked to retry or release, oldest question first.
select id, asked from store.dead_letters
 where consumer = $1 and log = $2 and state = 'waiting' and asked is not null order by asked_at, id

-- name: stands
-- Whether a fact was released, as it can be while a log is heard anew; else whether a letter of its stream is open.
select case
  when exists (select from store.dead_letters
                where consumer = $1 and log = $2 and index = $4 and fact = $5 and state = 'released') then 'released'
  when exists (select from store.dead_letters
                where consumer = $1 and log = $2 and stream = $3 and state = 'waiting') then 'waiting'
end

-- name: aside
-- What is put aside of a page of a log ($2): the letters that the consumer ($1) has open of its streams ($3), and the
-- facts between its indexes ($5, $6) that the projection ($4) was told to leave out.
select stream, index, id, fact, false as left_out from store.dead_letters
 where consumer = $1 and log = $2 and state = 'waiting' and stream = any($3::text[])
union all
select stream, index, id, fact, true from store.dead_letters
 where consumer = $4 and log = $2 and (state = 'released' or asked = 'release') and index between $5 and $6

-- name: left_out
-- That a rebuild has left a fact out, as it was told.
insert into store.dead_letters (consumer, log, index, fact, community, stream, version, tag, error, tries, first_at, state)
  values ($1, $2, $3, $4, $5, $6, $7, $8, 'released', 0, clock_timestamp(), 'released') on conflict do nothing

-- name: is_live
-- Whether the live tables of a projection hold that fact: they have got there, and did not put its stream aside before.
select exists (select from read.positions where projection = $1 and index >= $4::bigint)
   and not exists (select from store.dead_letters l where l.consumer = $1 and l.log = $2 and l.stream = $3
                      and l.state = 'waiting' and l.index <= $4)

-- name: begin_letters
-- A rebuild begins anew: what an earlier one put aside is void.
select store.forget_letters('rebuilding ' || $1)

-- name: give_place
-- A released letter gives its place to that of the fact which stands at its index now: its own was lost with a log's end.
update store.dead_letters l
   set fact = b.fact, community = b.community, stream = b.stream, version = b.version, tag = b.tag, state = 'retried',
       tries = 0, first_at = b.first_at, asked_at = null, asked_by = null, reason = null
  from store.dead_letters b
 where l.consumer = $1 and l.state = 'released' and b.consumer = 'rebuilding ' || $1
   and b.log = l.log and b.index = l.index and b.fact <> l.fact

-- name: swap_letters
-- What the rebuild put aside is what the tables leave out, from the swap on.
select store.swap_letters($1)

-- name: hold_open
-- The open letter of a stream, held until the transaction ends, so that nobody settles it meanwhile.
select id from store.dead_letters where consumer = $1 and log = $2 and stream = $3 and state = 'waiting' for update

-- name: pass_over
select store.pass_over($1, $2, $3)

-- name: bury
-- A fact that could not be taken in; one that was before, and was thought to be, waits again. It takes the place of one
-- that was lost with a log's end.
insert into store.dead_letters (consumer, log, index, fact, community, stream, version, tag, error, tries, first_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (consumer, log, index) do update
    set state = 'waiting', error = excluded.error, last_at = clock_timestamp(), asked = null, settled_at = null,
        fact = excluded.fact, community = excluded.community, stream = excluded.stream, version = excluded.version,
        tag = excluded.tag,
        tries = excluded.tries + case dead_letters.fact when excluded.fact then dead_letters.tries else 0 end,
        first_at = case dead_letters.fact when excluded.fact then dead_letters.first_at else excluded.first_at end,
        asked_at = case dead_letters.fact when excluded.fact then dead_letters.asked_at end,
        asked_by = case dead_letters.fact when excluded.fact then dead_letters.asked_by end,
        reason = case dead_letters.fact when excluded.fact then dead_letters.reason end
    where dead_letters.state = 'retried' or dead_letters.fact <> excluded.fact
  returning id

-- name: park
insert into store.parked (consumer, log, index, fact, stream, tag, letter) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict do nothing

-- name: parked
select index, fact, tag, parked_at from store.parked where letter = $1 order by index limit $2

-- name: unpark
delete from store.parked where letter = $1 and index = $2

-- name: behind
-- What waits behind one letter waits behind another from now on.
update store.parked set letter = $2 where letter = $1

-- name: ask
-- What a person asks of a letter that is still open; the last question counts.
update store.dead_letters
   set asked = $2, asked_at = clock_timestamp(), asked_by = $3, reason = case when $2 = 'release' then $4 else reason end
 where id = $1 and state = 'waiting'

-- name: still
-- Tried again as asked, in vain; a release that was asked for meanwhile stays asked.
update store.dead_letters
   set error = $2, tries = tries + $3, last_at = clock_timestamp(), asked = nullif(asked, 'retry')
 where id = $1 and state = 'waiting'

-- name: in_vain
-- None of these could be done; what was asked instead meanwhile stays asked.
update store.dead_letters l set error = $3, tries = l.tries + 1, last_at = clock_timestamp(), asked = null
  from unnest($1::bigint[], $2::text[]) as done(id, asked)
 where l.id = done.id and l.asked = done.asked and l.state = 'waiting'

-- name: hold
select state, asked from store.dead_letters where id = $1 for update

-- name: settle
-- What was done ($2), and who had asked for that; nothing may wait behind it any more. Where something else is asked by
-- now it stays open for that, unless what was done cannot be undone ($6).
update store.dead_letters set state = case $2 when 'release' then 'released' else 'retried' end, asked = null,
       asked_at = $3, asked_by = $4, reason = case $2 when 'release' then $5 end, settled_at = clock_timestamp()
 where id = $1 and state = 'waiting' and (asked = $2 or $6) and not exists (select from store.parked where letter = $1)
 returning state

-- name: hand_over
-- The same for good, but one of those behind it stumbled: the others wait behind that one.
update store.dead_letters set state = case $2 when 'release' then 'released' else 'retried' end, asked = null,
       asked_at = $3, asked_by = $4, reason = case $2 when 'release' then $5 end, settled_at = clock_timestamp()
 where id = $1 and state = 'waiting'

-- name: bury_message
insert into store.dead_letters (consumer, log, sequence, subject, raw, error, tries, first_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict do nothing

-- name: message_known
-- Whether that message was put aside before.
select exists (select from store.dead_letters where log = $1 and sequence = $2 and sha256(raw) = sha256($3::bytea))

-- name: try_alone
-- Held by this session: one process at a time does what was asked of a consumer.
select pg_try_advisory_lock(hashtextextended('settle ' || $1, 0))

-- name: counted
-- Open letters of each consumer, and what is parked behind them.
select l.consumer, l.log, count(*) as open,
       coalesce(sum((select count(*) from store.parked p where p.letter = l.id)), 0)::bigint as parked
  from store.dead_letters l where l.state = 'waiting' and not starts_with(l.consumer, 'rebuilding ')
 group by l.consumer, l.log order by l.consumer, l.log
