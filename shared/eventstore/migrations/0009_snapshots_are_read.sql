-- migrate:up
set local role consortia_owner;

-- A read-only door works as the projector, which appends nothing; it may look at the library's snapshots, too.
grant select on store.snapshots to consortia_projector;

reset role;

-- migrate:down
set local role consortia_owner;
revoke select on store.snapshots from consortia_projector;
reset role;
