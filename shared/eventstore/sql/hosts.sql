-- name: which
-- Which cluster's data the server holds, and on which timeline it writes; 0 for a standby, which writes on none.
select system_identifier as system,
       case when pg_is_in_recovery() then 0
            else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer end as timeline
  from pg_control_system()
