-- why: a filter offers the languages that there are
select language, pg_catalog.count(*) as sessions
from research_sessions
where user_id = $1
group by language
order by sessions desc, language
