-- migrate:up
set local role consortia_projector;

create table read.pathways (
  pathway uuid primary key,
  community text not null,
  key text not null,
  version integer not null,
  title jsonb not null,
  steps jsonb not null,
  published_at timestamptz not null
);
create index pathways_by_community on read.pathways (community, key);

create table read.microcredentials (
  microcredential uuid primary key,
  community text not null,
  key text not null,
  proposing_partner uuid not null,
  state text not null,
  opened_at timestamptz not null,
  since timestamptz not null
);
create index microcredentials_by_opening on read.microcredentials (community, opened_at, microcredential);
create index microcredentials_by_state on read.microcredentials (community, state, opened_at, microcredential);

create table read.offerings (
  offering uuid primary key,
  community text not null,
  microcredential uuid not null,
  opened_by uuid not null,
  closed_by uuid,
  starts date not null
);
create index offerings_by_microcredential on read.offerings (microcredential, starts, offering);

reset role;

-- migrate:down
drop table read.offerings, read.microcredentials, read.pathways;
