-- migrate:up
set local role consortia_projector;

-- The key of a sign-off's signature: what its revocation looks for.
alter table read.sign_offs add column signing_key text;
create index sign_offs_by_signing_key on read.sign_offs (community, signing_key, recorded_at)
  where signing_key is not null;

reset role;

-- migrate:down
-- squawk-ignore ban-drop-column
alter table read.sign_offs drop column signing_key;
