-- migrate:up
set local role consortia_projector;

-- Who is registered, and where what one needs to reach them lies sealed (store.notes); no contact data is here.
create table read.persons (
  person uuid primary key,
  community text not null,
  registered_at timestamptz not null,
  contact uuid,
  contact_changed_at timestamptz,
  erased_at timestamptz
);
create index persons_by_community on read.persons (community, registered_at, person);
create index persons_erased on read.persons (person) where erased_at is not null;

reset role;

-- migrate:down
drop table read.persons;
