-- name: look
-- That person looks at that version now; what they had seen before this visit, or earlier in their first one.
insert into store.looks as seen (community, person, subject, at, place) values ($1, $2, $3, $4, $5)
  on conflict (community, person, subject) do update set
    before_at = case
      when seen.at < $4 - $6::interval or (seen.before_at is null and seen.place <> excluded.place) then seen.at
      else seen.before_at end,
    before_place = case
      when seen.at < $4 - $6::interval or (seen.before_at is null and seen.place <> excluded.place) then seen.place
      else seen.before_place end,
    at = greatest(seen.at, excluded.at), place = excluded.place
  returning before_at, before_place

-- name: last
-- What that person saw last.
select at, place from store.looks where community = $1 and person = $2 and subject = $3

-- name: forget_looks
-- So many of the oldest, where they are from before $1.
delete from store.looks where (community, person, subject) in (
  select community, person, subject from store.looks where at < $1 order by at limit 10000
)

-- name: erase
-- Whatever that person has looked at.
delete from store.looks where community = $1 and person = $2
