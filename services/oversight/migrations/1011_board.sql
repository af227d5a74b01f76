-- migrate:up
set local role consortia_projector;

alter table read.cards add column due timestamptz, add column dots json;
comment on column read.cards.due is 'When the first of what it waits on falls due.';
comment on column read.cards.dots is 'The steps of its pathway, in order, and how each stands.';
create index cards_by_due on read.cards (community, due) where due is not null;
create index lines_by_place on read.lines (community, index);

alter table read.waits add column whom uuid, add column shut uuid[], add column stage text,
  add column stage_since timestamptz, add column proposer uuid;
comment on column read.waits.whom is 'What is to be done, the matter, the partner and the position as one value: who can act is asked once for each.';
comment on column read.waits.shut is 'That value together with each person who may not act.';
create index waits_by_whom on read.waits (community, whom, stage, stage_since, subject);
create index waits_by_shut on read.waits using gin (shut);

create table read.stage_ages (
  log text not null,
  community text not null,
  stage text not null,
  month date not null,
  days integer not null,
  stays bigint not null,
  primary key (log, community, stage, month, days)
) partition by list (log);
comment on table read.stage_ages is 'How many cards left a stage in that month after so many whole days.';
create table read.stage_ages_intake partition of read.stage_ages for values in ('intake');
create table read.stage_ages_credentials partition of read.stage_ages for values in ('credentials');

create table read.past_cards (
  log text not null,
  subject uuid not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  community text not null,
  key text not null,
  title json,
  partner uuid not null,
  stage text not null,
  since timestamptz not null,
  drafting boolean not null,
  waits json not null,
  dots json not null,
  place box not null,
  primary key (log, subject, from_at)
) partition by list (log);
comment on table read.past_cards is 'How every card stood from one change to the next; until_at is infinity for how it stands now.';
comment on column read.past_cards.drafting is 'Whether that was before it was first submitted.';
comment on column read.past_cards.place is 'From one change to the next along x, in a strip of x for each community and stage; since when in that stage along y; in seconds.';
create table read.past_cards_intake partition of read.past_cards for values in ('intake');
create table read.past_cards_credentials partition of read.past_cards for values in ('credentials');
create index past_cards_by_place on read.past_cards using gist (place);

reset role;

-- migrate:down
drop table read.past_cards;
drop table read.stage_ages;
-- squawk-ignore require-concurrent-index-deletion
drop index read.lines_by_place;
-- squawk-ignore ban-drop-column
alter table read.waits drop column whom;
-- squawk-ignore ban-drop-column
alter table read.waits drop column shut;
-- squawk-ignore ban-drop-column
alter table read.waits drop column stage;
-- squawk-ignore ban-drop-column
alter table read.waits drop column stage_since;
-- squawk-ignore ban-drop-column
alter table read.waits drop column proposer;
-- squawk-ignore ban-drop-column
alter table read.cards drop column due;
-- squawk-ignore ban-drop-column
alter table read.cards drop column dots;
