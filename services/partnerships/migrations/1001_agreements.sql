-- migrate:up
set local role consortia_projector;

create table read.agreements (
  agreement uuid primary key,
  community text not null,
  key text not null,
  terms jsonb not null,
  digest text not null,
  proposed_at timestamptz not null,
  signatures jsonb not null default '[]',
  in_force_since timestamptz
);
create index agreements_by_community on read.agreements (community, proposed_at);

reset role;

-- migrate:down
drop table read.agreements;
