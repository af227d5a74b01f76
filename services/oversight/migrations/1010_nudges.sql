-- migrate:up
set local role consortia_projector;

create table read.nudges (
  log text not null,
  index bigint not null,
  community text not null,
  subject uuid not null,
  act text not null,
  step text,
  partner uuid not null,
  refers uuid,
  at timestamptz not null,
  acting_as uuid,
  primary key (log, index)
) partition by list (log);
comment on table read.nudges is 'Who was reminded of what, and when; acting_as is null where a coordinator nudged.';
create table read.nudges_intake partition of read.nudges for values in ('intake');
create table read.nudges_credentials partition of read.nudges for values in ('credentials');
create index nudges_by_subject on read.nudges (community, subject, index);

reset role;

-- migrate:down
drop table read.nudges;
