-- why: for this transaction only, it is this user who asks, and names mean the project's tables; functions that read
-- the older settings, one per claim, find the same user in them; a read is told that it may not write, and who writes
-- may do what they may. All of it is a condition that never holds, so that nothing has to be sent back.
select
where pg_catalog.set_config('role', $1, true) is null
  or pg_catalog.set_config('request.jwt.claims', $2, true) is null
  or pg_catalog.set_config('request.jwt.claim.sub', $6, true) is null
  or pg_catalog.set_config('request.jwt.claim.role', $1, true) is null
  or pg_catalog.set_config('search_path', $3, true) is null
  or pg_catalog.set_config('statement_timeout', $4, true) is null
  or $5 and pg_catalog.set_config('transaction_read_only', 'on', true) is null
