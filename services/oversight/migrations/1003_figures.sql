-- migrate:up
set local role consortia_projector;

create table read.offerings (
  offering uuid primary key,
  community text not null,
  microcredential uuid not null,
  starts date not null,
  ends date not null,
  platform text,
  learners bigint,
  completed bigint,
  opened_index bigint not null,
  closed_index bigint
);
comment on table read.offerings is 'Runs of a microcredential, their learners as counts; null is unknown, not zero.';
create index offerings_by_microcredential on read.offerings (microcredential, opened_index);

create table read.reviews (
  review uuid primary key,
  community text not null,
  microcredential uuid not null,
  submitted_index bigint not null,
  submitted_at timestamptz not null,
  feedback json not null,
  decided_index bigint,
  decided_at timestamptz,
  decision text
);
comment on table read.reviews is 'Reviews with their feedback as reported, and how they were decided.';
create index reviews_by_microcredential on read.reviews (microcredential, submitted_index);

create table read.reported_figures (
  index bigint not null,
  ordinal integer not null,
  community text not null,
  microcredential uuid not null,
  source text not null check (source in ('offering', 'review')),
  source_id uuid not null,
  figure text not null,
  reported text not null,
  over_all uuid[] not null,
  counts json not null,
  agrees boolean,
  sentence text not null,
  primary key (index, ordinal)
);
comment on table read.reported_figures is 'What a report said beside what the counts say; agrees is null where nothing can be compared.';
create index reported_figures_by_source on read.reported_figures (source_id);
create index reported_figures_that_disagree on read.reported_figures (community, index, ordinal) where agrees = false;

reset role;

-- migrate:down
drop table read.reported_figures;
drop table read.reviews;
drop table read.offerings;
