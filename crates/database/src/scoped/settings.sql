-- why: for this transaction only, it is this user who asks, and names mean the project's tables; the older settings,
-- one per claim, would win over the claims
select
  pg_catalog.set_config('role', $1, true),
  pg_catalog.set_config('request.jwt.claims', $2, true),
  pg_catalog.set_config('request.jwt.claim.sub', '', true),
  pg_catalog.set_config('request.jwt.claim.role', '', true),
  pg_catalog.set_config('search_path', $3, true),
  pg_catalog.set_config('statement_timeout', $4, true)
