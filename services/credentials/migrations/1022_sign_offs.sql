-- migrate:up
set local role consortia_projector;

-- Where sign-offs rest on an entry of partnerships' register or on a key: what a revocation looks for. Rows are only added.
create table read.sign_offs (
  sign_off uuid primary key,
  community text not null,
  microcredential uuid not null,
  log_index bigint not null,
  position uuid not null,
  alternate uuid,
  responsibility uuid,
  key text,
  judged_at timestamptz not null,
  recorded_at timestamptz not null
);
create index sign_offs_by_position on read.sign_offs (community, position, judged_at);
create index sign_offs_by_alternate on read.sign_offs (community, alternate, judged_at) where alternate is not null;
create index sign_offs_by_responsibility on read.sign_offs (community, responsibility, judged_at);
create index sign_offs_by_key on read.sign_offs (community, key, recorded_at);

reset role;

-- migrate:down
drop table read.sign_offs;
