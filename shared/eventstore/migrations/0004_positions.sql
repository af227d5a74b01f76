-- migrate:up
set local role consortia_projector;

create table read.positions (
  projection text primary key,
  log text not null,
  index bigint not null
);
comment on table read.positions is 'How far each projection has got in its log, moved in the transaction that writes its tables.';

reset role;

-- migrate:down
drop table read.positions;
