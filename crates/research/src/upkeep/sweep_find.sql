-- why: accounts are the platform's; the function reads what service_role may not
select id, last_seen, sessions, elsewhere
from research_abandoned_users(pg_catalog.now() - pg_catalog.make_interval(secs => $1), null, $2)
