-- The roles every service works in, for clusters where its login may not make them: run once, as an administrator.
-- Then let each service's login act in them, on a database it owns:
--   CREATE ROLE credentials LOGIN PASSWORD '…';
--   CREATE DATABASE credentials OWNER credentials;
--   GRANT consortia_owner, consortia_appender, consortia_projector TO credentials;
-- and a login that imports a history (it may insert into the log, by COPY, and nobody else may) in this one as well:
--   GRANT consortia_importer TO importer;
CREATE ROLE consortia_owner NOLOGIN;
CREATE ROLE consortia_appender NOLOGIN;
CREATE ROLE consortia_projector NOLOGIN;
CREATE ROLE consortia_importer NOLOGIN;
