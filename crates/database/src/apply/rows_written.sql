-- Rows inserted, updated and deleted so far by this very transaction, per table, whoever wrote them:
-- a statement, a trigger or a cascade. Lodger's own bookkeeping is not counted.
select s.schemaname, s.relname, s.n_tup_ins + s.n_tup_upd + s.n_tup_del as written
from pg_catalog.pg_stat_xact_user_tables as s
where s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0
  and s.schemaname <> 'lodger'
order by 1, 2
