-- why: says that something happened, not what: that is in the outbox, behind row-level security
select pg_catalog.pg_notify($1, '')
