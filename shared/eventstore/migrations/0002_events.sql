-- migrate:up
set local role consortia_owner;

-- One row: the last index given out. Every append locks it first, so that index order is commit order.
create table store.head (
  one boolean primary key default true check (one),
  last_index bigint not null default 0,
  last_recorded_at timestamptz not null default '-infinity'
);
insert into store.head default values;

create table store.events (
  index bigint primary key,
  id uuid not null constraint events_id_unique unique,
  community text not null,
  stream text not null,
  version integer not null check (version > 0),
  tag text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  command_id uuid not null,
  ordinal integer not null,
  correlation uuid not null,
  causation uuid,
  metadata bytea not null,
  data bytea not null check (octet_length(data) <= 49152),
  constraint events_stream_version_unique unique (stream, version),
  constraint events_command_ordinal_unique unique (command_id, ordinal)
);
comment on table store.events is 'The log, and the outbox: appended through store.append only, never changed.';

create table store.claims (
  community text not null,
  kind text not null,
  value text not null,
  owner uuid not null,
  constraint claims_unique primary key (community, kind, value)
);
comment on table store.claims is 'Unique reservations such as a slug, taken in the append that needs them.';

create table store.notes (
  id uuid primary key,
  community text not null,
  author uuid,
  language text not null,
  confidentiality text not null,
  digest text not null,
  sealed bytea not null
);
comment on table store.notes is 'Free text beside the log, each note encrypted under a key kept outside this cluster.';

create table store.tracking (
  consumer text primary key,
  log text not null,
  index bigint not null
);
comment on table store.tracking is 'How far each consumer has got in a log, moved in the append that holds its effect.';

create table store.heard (
  log text not null,
  index bigint not null,
  id uuid not null,
  community text not null,
  stream text not null,
  version integer not null,
  tag text not null,
  event bytea not null,
  heard_at timestamptz not null default clock_timestamp(),
  primary key (log, index)
);
comment on table store.heard is 'What other services said, verbatim as it arrived, in their index order.';

create function store.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the log is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'CS009';
end $$;
create trigger events_are_never_changed before update or delete on store.events
  for each row execute function store.refuse_change();
create trigger events_are_never_truncated before truncate on store.events
  for each statement execute function store.refuse_change();
create trigger heard_is_never_changed before update or delete on store.heard
  for each row execute function store.refuse_change();
create trigger heard_is_never_truncated before truncate on store.heard
  for each statement execute function store.refuse_change();

grant select on all tables in schema store to consortia_appender, consortia_projector;

reset role;

-- migrate:down
drop schema store cascade;
