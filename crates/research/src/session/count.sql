-- why: as many as all pages hold
select pg_catalog.count(*) as total
from research_sessions
where user_id = $1
  and true /* archived */
  and status::text = any ($2)
  and ($3::text is null or language = $3)
  and ($4::text is null or pg_catalog.strpos(pg_catalog.lower(title), pg_catalog.lower($4)) > 0)
  and ($5::timestamptz is null or created_at >= $5)
  and ($6::timestamptz is null or created_at < $6)
