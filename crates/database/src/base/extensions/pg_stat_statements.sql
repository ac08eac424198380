-- Stands in for pg_stat_statements: the view, without a statement in it.
create or replace view extensions.pg_stat_statements as
  select null::oid as userid, null::oid as dbid, null::bigint as queryid, null::text as query,
         null::bigint as calls, null::float8 as total_exec_time, null::float8 as mean_exec_time,
         null::bigint as rows
  where false;
create or replace function extensions.pg_stat_statements_reset() returns void
  language sql as $$ select $$;
