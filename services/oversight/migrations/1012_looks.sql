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
set local role consortia_projector;

-- What waits is read in the order in which an inbox lists it, a page at a time.
create index waits_in_order_by_position on read.waits (community, position, (coalesce(due, 'infinity'::timestamptz)), since, subject, ordinal);
create index waits_in_order_by_matter on read.waits (community, partner, matter, (coalesce(due, 'infinity'::timestamptz)), since, subject, ordinal);

reset role;

-- migrate:down
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_in_order_by_matter;
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_in_order_by_position;
drop table store.looks;
