-- migrate:up
set local role consortia_owner;

create table store.attempts (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  community text not null,
  person uuid not null,
  key text not null,
  role text not null,
  position text,
  method text not null,
  route text not null,
  subject uuid,
  part text,
  status integer not null,
  reasons text[] not null,
  request_id text
);
comment on table store.attempts is
  'Writes that were refused: who tried what, when, and the kinds of reasons against it. No words and no bodies; outside the log, for a time.';
create index attempts_by_community on store.attempts (community, id);
create index attempts_by_subject on store.attempts (community, subject, id);
create index attempts_by_time on store.attempts (at);

create table store.auditor_reads (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  community text not null,
  person uuid not null,
  key text not null,
  path text not null,
  query text not null,
  request_id text
);
comment on table store.auditor_reads is 'What auditors asked to read, and when; outside the log, for a time.';
create index auditor_reads_by_community on store.auditor_reads (community, id);
create index auditor_reads_by_time on store.auditor_reads (at);

grant select, insert, delete on store.attempts, store.auditor_reads to consortia_appender;

reset role;
set local role consortia_projector;

-- Told by two logs, like cards: each projection writes its own part.
create table read.readership (
  log text not null,
  subject uuid not null,
  community text not null,
  ids uuid[] not null,
  state json not null,
  primary key (log, subject)
) partition by list (log);
comment on table read.readership is
  'Who may read each proposal and microcredential: whoever has one of these ids, of persons, positions, partners, councils and groups.';
create table read.readership_intake partition of read.readership for values in ('intake');
create table read.readership_credentials partition of read.readership for values in ('credentials');
create index readership_by_ids on read.readership using gin (ids);

create table read.notes_about (
  note uuid primary key,
  community text not null,
  subject uuid not null
);
comment on table read.notes_about is 'Which proposal or microcredential a note of this service is about.';

reset role;

-- migrate:down
drop table read.notes_about, read.readership;
drop table store.auditor_reads, store.attempts;
