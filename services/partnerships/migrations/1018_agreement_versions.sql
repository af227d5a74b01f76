-- migrate:up
set local role consortia_projector;

alter table read.agreements
  add column version int not null default 1,
  add column pending jsonb,
  add column withdrawn jsonb not null default '[]',
  add column ends timestamptz;

reset role;

-- migrate:down
-- squawk-ignore ban-drop-column
alter table read.agreements drop column version;
-- squawk-ignore ban-drop-column
alter table read.agreements drop column pending;
-- squawk-ignore ban-drop-column
alter table read.agreements drop column withdrawn;
-- squawk-ignore ban-drop-column
alter table read.agreements drop column ends;
