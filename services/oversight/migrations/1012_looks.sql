-- migrate:up
set local role consortia_owner;

create table store.looks (
  community text not null,
  person uuid not null,
  subject uuid not null,
  at timestamptz not null,
  place text not null,
  before_at timestamptz,
  before_place text,
  primary key (community, person, subject)
);
comment on table store.looks is
  'When each person last looked at an item of theirs, and at which version of its outline; and before that visit. Outside the log, for a time.';
create index looks_by_time on store.looks (at);
create index looks_by_person on store.looks (person);

grant select, insert, update, delete on store.looks to consortia_appender;
grant select, delete on store.looks to consortia_projector;

reset role;

-- migrate:down
drop table store.looks;
