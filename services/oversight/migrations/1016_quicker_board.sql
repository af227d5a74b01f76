-- migrate:up
set local role consortia_projector;

alter table read.cards add column drafting boolean not null default false;
comment on column read.cards.drafting is 'Whether it was never submitted: only its own partner, and whom it invited, may read it.';
update read.cards set drafting = true where log = 'intake' and state ->> 'to' is null;

-- What the board counts and sifts stands in its indexes.
-- squawk-ignore require-concurrent-index-deletion
drop index read.cards_by_stage;
create index cards_by_stage on read.cards (community, stage, since, subject) include (partner, drafting);
create index cards_due_by_stage on read.cards (community, stage, since, subject) include (due, partner, drafting) where due is not null;
create index readership_of_drafts on read.readership using gin (ids) where (state ->> 'draft')::boolean;
create index cards_drafting on read.cards (community, subject) where drafting;

-- What waits on whoever owns a matter at any partner has an index of its own: `partner is null` gives no order.
create index waits_in_order_by_matter_anywhere on read.waits (community, matter, (coalesce(due, 'infinity'::timestamptz)), since, subject, ordinal)
  where partner is null and position is null;
create index waits_in_order_by_owner on read.waits (community, partner, matter, (coalesce(due, 'infinity'::timestamptz)), since, subject, ordinal)
  where position is null;
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_in_order_by_matter;
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_by_partner;
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_by_position;

reset role;

-- migrate:down
-- squawk-ignore require-concurrent-index-deletion
drop index read.cards_due_by_stage;
-- squawk-ignore require-concurrent-index-deletion
drop index read.cards_by_stage;
create index cards_by_stage on read.cards (community, stage, since, subject);
create index waits_by_position on read.waits (community, position);
create index waits_by_partner on read.waits (community, partner, matter);
create index waits_in_order_by_matter on read.waits (community, partner, matter, (coalesce(due, 'infinity'::timestamptz)), since, subject, ordinal);
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_in_order_by_owner;
-- squawk-ignore require-concurrent-index-deletion
drop index read.waits_in_order_by_matter_anywhere;
-- squawk-ignore require-concurrent-index-deletion
drop index read.cards_drafting;
-- squawk-ignore require-concurrent-index-deletion
drop index read.readership_of_drafts;
-- squawk-ignore ban-drop-column
alter table read.cards drop column drafting;
