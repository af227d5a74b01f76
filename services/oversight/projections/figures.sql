-- name: opened
insert into offerings
  (offering, community, microcredential, starts, ends, platform, learners, opened_index, delivered_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: closed
-- The run ended; learners counted at the close replace those stated at the opening.
update offerings set learners = coalesce($2, learners), completed = $3, closed_index = $4
  where offering = $1 returning learners, completed, delivered_by

-- name: submitted
insert into reviews (review, community, microcredential, submitted_index, submitted_at, feedback)
  values ($1, $2, $3, $4, $5, $6)

-- name: decided
update reviews set decided_index = $2, decided_at = $3, decision = $4 where review = $1

-- name: reported
insert into reported_figures
  (index, ordinal, community, microcredential, source, source_id, figure, reported, over_all, counts, agrees, sentence)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: counted
-- The offerings of these microcredentials closed since microcredential $3 last had a review decided.
select o.microcredential, o.offering, o.learners, o.completed, o.delivered_by from offerings o
  where o.community = $1 and o.microcredential = any($2::uuid[])
    and o.closed_index > coalesce((select max(r.decided_index) from reviews r where r.microcredential = $3), 0)
  order by array_position($2::uuid[], o.microcredential), o.closed_index

-- name: offerings
select offering, starts, ends, platform, learners, completed, closed_index is not null as closed, delivered_by
  from read.offerings where community = $1 and microcredential = $2 order by opened_index

-- name: reviews
select review, submitted_at, feedback, decided_at, decision from read.reviews
  where community = $1 and microcredential = $2 order by submitted_index

-- name: reported_by
-- What these offerings and reviews reported.
select index, ordinal, microcredential, source, source_id, figure, reported, over_all, counts, agrees, sentence
  from read.reported_figures where source_id = any($1::uuid[]) order by index, ordinal

-- name: disagreeing
-- A community's reported figures that do not agree with counts, by where they stand in the log; of what the ids $5 may
-- read, or of all.
select index, ordinal, microcredential, source, source_id, figure, reported, over_all, counts, agrees, sentence
  from read.reported_figures
  where community = $1 and agrees = false and (index, ordinal) > ($2, $3)
    and ($5::uuid[] is null or exists (
      select from read.readership_credentials r where r.subject = microcredential and r.ids && $5))
  order by index, ordinal limit $4
