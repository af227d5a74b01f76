-- migrate:up
set local role consortia_owner;

create table store.snapshots (
  stream text not null,
  version integer not null,
  schema text not null,
  state bytea not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (stream, version, schema)
);
comment on table store.snapshots is 'States as of a version, per schema of the state: a cache that may be emptied at any moment.';

grant select, insert, delete on store.snapshots to consortia_appender;

reset role;

-- migrate:down
drop table store.snapshots;
