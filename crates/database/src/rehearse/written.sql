-- why: rows inserted, updated and deleted so far by this transaction, whoever did it: a statement, a
-- trigger or a foreign key. What was rolled back to a savepoint is counted too.
select s.relid, s.schemaname::pg_catalog.text as schema, s.relname::pg_catalog.text as name,
       s.n_tup_ins as inserted, s.n_tup_upd as updated, s.n_tup_del as deleted
  from pg_catalog.pg_stat_xact_user_tables s
 where s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0
 order by 2, 3
