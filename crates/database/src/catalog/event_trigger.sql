-- why: they fire for every project's DDL, wherever their function is.
select t.oid,
       t.xmin as row_version,
       t.evtname as name,
       pg_catalog.pg_get_userbyid(t.evtowner) as owner,
       t.evtevent as event,
       n.nspname || '.' || p.proname as function,
       t.evtenabled as enabled
  from pg_catalog.pg_event_trigger t
  join pg_catalog.pg_proc p on p.oid = t.evtfoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
