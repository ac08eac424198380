-- Those who ask, a line each: their number, their id, and the ids of at most a hundred of their sessions.
select n, md5('user ' || n)::uuid, string_agg(s.id::text, ' ')
from generate_series(1, :askers) as n
cross join lateral (
  select id from research.research_sessions where user_id = md5('user ' || n)::uuid order by created_at desc limit 100
) as s
group by n order by n;
