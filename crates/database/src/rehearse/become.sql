-- why: what PostgREST sets for one request, until the end of the (sub)transaction. The role comes last, so
-- that it is not asked whether it may change the others; the old single claims would win over the new ones.
select pg_catalog.set_config('search_path', $1, true),
       pg_catalog.set_config('statement_timeout', $2, true),
       pg_catalog.set_config('request.jwt.claims', $3, true),
       pg_catalog.set_config('request.jwt.claim', '', true),
       pg_catalog.set_config('request.jwt.claim.sub', '', true),
       pg_catalog.set_config('request.jwt.claim.role', '', true),
       pg_catalog.set_config('request.jwt.claim.email', '', true),
       pg_catalog.set_config('role', $4, true)
