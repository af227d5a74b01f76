-- migrate:up
set local role consortia_projector;

create table read.proposals (
  proposal uuid primary key,
  community text not null,
  key text not null,
  title jsonb,
  drafted_at timestamptz not null,
  state text not null,
  since timestamptz not null,
  proposing_partner uuid not null,
  addressed_partner uuid,
  responded uuid[] not null default '{}'
);
comment on table read.proposals is 'One row a proposal, for lists; `responded` are the partners whose responses count now.';
create index proposals_by_community on read.proposals (community, drafted_at, proposal);
create index proposals_by_state on read.proposals (community, state, drafted_at, proposal);

reset role;

-- migrate:down
drop table read.proposals;
