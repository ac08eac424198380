-- why: says whose lanes to look into, not what happened: that is in the outbox, behind row-level security
select pg_catalog.pg_notify($1, $2)
