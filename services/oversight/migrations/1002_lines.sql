-- migrate:up
set local role consortia_projector;

create table read.lines (
  log text not null,
  id uuid not null,
  index bigint not null,
  community text not null,
  subject uuid,
  primary key (log, id)
) partition by list (log);
comment on table read.lines is 'Which facts belong to whose story; the facts themselves are read from what was heard.';
create table read.lines_partnerships partition of read.lines for values in ('partnerships');
create table read.lines_intake partition of read.lines for values in ('intake');
create table read.lines_credentials partition of read.lines for values in ('credentials');
create index lines_by_subject on read.lines (community, subject, index);

reset role;

-- migrate:down
drop table read.lines;
