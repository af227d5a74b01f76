-- migrate:up
set local role consortia_owner;

create table store.key_uses (
  key text primary key,
  community text not null,
  person uuid not null,
  last_used timestamptz not null
);
create index key_uses_of_person on store.key_uses (community, person);
comment on table store.key_uses is
  'When each API key was last used in this service, to the minute. No answer rests on it; deleting all of it forgets only that.';

grant select, insert, update on store.key_uses to consortia_appender;

reset role;

-- migrate:down
drop table store.key_uses;
