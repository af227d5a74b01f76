-- migrate:up
set local role consortia_owner;

-- Whose facts these are, made once with the log: a relay writes it into its stream on the broker, and touches no stream that
-- names another log. A backup, a replica and a copy of the database keep it, for they hold the same history; where one of
-- them went on differently, the facts at the stream's end tell (see shared/messaging/destination.py).
create table store.identity (
  one boolean primary key default true check (one),
  log uuid not null default gen_random_uuid()
);
comment on table store.identity is 'One row, made once: the identity of the log in this database.';
insert into store.identity default values;

create trigger identity_is_never_changed before update or delete on store.identity
  for each row execute function store.refuse_change();
create trigger identity_is_never_truncated before truncate on store.identity
  for each statement execute function store.refuse_change();

grant select on store.identity to consortia_appender, consortia_projector;

reset role;

-- migrate:down
drop table store.identity;
