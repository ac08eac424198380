-- why: looks once more at each, under a lock
select id
from research_delete_abandoned_users(pg_catalog.now() - pg_catalog.make_interval(secs => $1), $2, $3) as id
