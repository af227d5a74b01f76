-- migrate:up
set local role consortia_projector;

-- A card is told by two logs: intake until the proposal is accepted, credentials from then on. Each writes its own part.
create table read.cards (
  log text not null,
  subject uuid not null,
  community text not null,
  key text not null,
  title json,
  partner uuid not null,
  stage text not null,
  since timestamptz not null,
  index bigint not null,
  state json not null,
  private boolean not null,
  primary key (log, subject)
) partition by list (log);
comment on table read.cards is 'Where every proposal and microcredential stands, folded from its own log.';
create table read.cards_intake partition of read.cards for values in ('intake');
create table read.cards_credentials partition of read.cards for values in ('credentials');
create index cards_by_stage on read.cards (community, stage, since, subject);
create index cards_by_partner on read.cards (community, partner, stage, since, subject);
create index cards_by_index on read.cards (community, stage, index);

create table read.waits (
  log text not null,
  subject uuid not null,
  ordinal integer not null,
  community text not null,
  matter text,
  partner uuid,
  position uuid,
  apart uuid[] not null,
  since timestamptz not null,
  due timestamptz,
  wait json not null,
  primary key (log, subject, ordinal)
) partition by list (log);
comment on table read.waits is 'Whom each card waits on: a position, or whoever owns the matter at the partner (at any partner where none is named, those in apart excepted).';
create table read.waits_intake partition of read.waits for values in ('intake');
create table read.waits_credentials partition of read.waits for values in ('credentials');
create index waits_by_position on read.waits (community, position);
create index waits_by_partner on read.waits (community, partner, matter);

reset role;

-- migrate:down
drop table read.waits;
drop table read.cards;
