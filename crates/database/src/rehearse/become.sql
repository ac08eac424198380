-- why: what PostgREST sets for one request, until the end of the (sub)transaction: the claims, and the settings of
-- one each that older ones set as well, for functions that read nothing else. The role comes last, so that it is
-- not asked whether it may change the others.
select pg_catalog.set_config('search_path', $1, true),
       pg_catalog.set_config('statement_timeout', $2, true),
       pg_catalog.set_config('request.jwt.claims', $3, true),
       pg_catalog.set_config('request.jwt.claim', $3, true),
       pg_catalog.set_config('request.jwt.claim.sub', coalesce(nullif($3, '')::pg_catalog.jsonb ->> 'sub', ''), true),
       pg_catalog.set_config('request.jwt.claim.role', coalesce(nullif($3, '')::pg_catalog.jsonb ->> 'role', ''), true),
       pg_catalog.set_config('request.jwt.claim.email', coalesce(nullif($3, '')::pg_catalog.jsonb ->> 'email', ''), true),
       pg_catalog.set_config('role', $4, true)
