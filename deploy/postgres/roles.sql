-- The roles every service works in, for clusters where its login may not make them: run once, as an administrator.
-- Then let each service's login act in them, on a database it owns:
--   CREATE ROLE credentials LOGIN PASSWORD '…';
--   CREATE DATABASE credentials OWNER credentials;
--   GRANT consortia_owner, consortia_appender, consortia_projector TO credentials;
CREATE ROLE consortia_owner NOLOGIN;
CREATE ROLE consortia_appender NOLOGIN;
CREATE ROLE consortia_projector NOLOGIN;
