-- 1,000 users with 100 sessions each, as the platform and the store would have made them.
insert into auth.users (id, email, aud, role, created_at, updated_at, is_anonymous)
select md5('user ' || n)::uuid, 'user' || n || '@example.test', 'authenticated', 'authenticated', now(), now(), false
from generate_series(1, 1000) as n;
insert into research.research_sessions (user_id, title, created_at)
select md5('user ' || 1 + n % 1000)::uuid, 'Session ' || n, now() - n * interval '1 second'
from generate_series(1, 100000) as n;
vacuum analyze;
