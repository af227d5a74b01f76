-- migrate:up

-- Roles are cluster-wide and may already be there: made by another service's migration, or by an administrator
-- where the migrating user may not create roles (deploy/postgres/roles.sql).
do $$
declare wanted text;
begin
  foreach wanted in array array['consortia_owner', 'consortia_appender', 'consortia_projector'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception when duplicate_object or unique_violation then
        null;  -- another migration made it a moment ago
      end;
    end if;
    if not pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
end $$;

create schema store authorization consortia_owner;
create schema read authorization consortia_projector;
grant usage on schema store to consortia_appender, consortia_projector;
grant usage on schema read to consortia_appender;
alter default privileges for role consortia_projector in schema read grant select on tables to consortia_appender;

-- migrate:down
drop schema read cascade;
drop schema store cascade;
