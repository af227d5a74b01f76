-- name: sign
-- Repeated where a fact is: the first one stays.
insert into sign_offs (
  sign_off, community, microcredential, log_index, position, alternate, responsibility, key, judged_at, recorded_at,
  signing_key
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (sign_off) do nothing

-- name: in_position
-- Given from that moment on in that position, or in another that it stood in for, or may have led to who stood in for.
select log_index from read.sign_offs where community = $1 and position = $2 and judged_at >= $3
union
select log_index from read.sign_offs where community = $1 and alternate = $2 and judged_at >= $3
union
select log_index from read.sign_offs
  where community = $1 and position = any ($4::uuid[]) and alternate is not null and judged_at >= $3
order by log_index

-- name: with_key
-- Recorded from that moment on with that key.
select log_index from read.sign_offs where community = $1 and key = $2 and recorded_at >= $3
order by log_index

-- name: signed_with
-- Recorded from that moment on with a signature by that key.
select log_index from read.sign_offs where community = $1 and signing_key = $2 and recorded_at >= $3
order by log_index
