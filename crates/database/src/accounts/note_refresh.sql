-- When a session was last refreshed; that column has no time zone.
update auth.sessions
set refreshed_at = pg_catalog.now() at time zone 'utc', updated_at = pg_catalog.now()
where id = $1
