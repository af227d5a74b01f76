-- migrate:up
set local role consortia_owner;

-- The `eventsourcing` library begins a stream at 0 or at 1; ours begin at 1, which the store checks by what is expected.
alter table store.events
  drop constraint events_version_check,
  add constraint events_version_not_negative check (version >= 0) not valid;
alter table store.events validate constraint events_version_not_negative;

reset role;

-- migrate:down
set local role consortia_owner;
alter table store.events
  drop constraint events_version_not_negative,
  add constraint events_version_check check (version > 0);
reset role;
