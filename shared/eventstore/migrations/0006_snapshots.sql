-- migrate:up
set local role consortia_owner;

create table store.snapshots (
  stream text not null,
  version integer not null check (version >= 0),
  schema text not null,
  state bytea not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (stream, version, schema)
);
comment on table store.snapshots is
  'A disposable cache of folded states, by stream, version and schema of the state. Deleting all of it changes no answer.';

grant select, insert, delete on store.snapshots to consortia_appender;

reset role;

-- migrate:down
drop table store.snapshots;
