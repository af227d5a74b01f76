-- migrate:up
set local role consortia_projector;

create table read.pathways (
  pathway uuid primary key,
  community text not null,
  key text not null,
  title json not null,
  version bigint not null
);
comment on table read.pathways is 'The pathways on which accepted proposals run, each as last published.';
create index pathways_by_key on read.pathways (community, key);

reset role;

-- migrate:down
drop table read.pathways;
