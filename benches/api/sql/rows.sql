-- So many users, and sessions that are theirs in turn, as the platform and the store would have made them; their ids
-- follow from their numbers, so that whoever measures knows them.
insert into auth.users (id, email, aud, role, created_at, updated_at, is_anonymous)
select md5('user ' || n)::uuid, 'user' || n || '@example.test', 'authenticated', 'authenticated', now(), now(), false
from generate_series(1, :users) as n;
insert into research.research_sessions (id, user_id, title, created_at)
select md5('session ' || n)::uuid, md5('user ' || 1 + n % :users)::uuid, 'Session ' || n, now() - n * interval '1 second'
from generate_series(1, :sessions) as n;
vacuum analyze;
checkpoint;
