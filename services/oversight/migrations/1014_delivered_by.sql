-- migrate:up
set local role consortia_projector;

alter table read.offerings add column delivered_by uuid;
comment on column read.offerings.delivered_by is 'The partner who runs it, where that is another than the proposing one.';

reset role;

-- migrate:down
-- squawk-ignore ban-drop-column
alter table read.offerings drop column delivered_by;
