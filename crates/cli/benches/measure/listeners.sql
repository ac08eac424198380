-- why: users who listen, with ids that follow from their numbers, and a session of the first, of which something is told
insert into auth.users (id, email, aud, role, created_at, updated_at, is_anonymous)
select ('00000000-0000-4000-8000-' || pg_catalog.lpad(n::text, 12, '0'))::uuid, 'user' || n || '@example.test',
  'authenticated', 'authenticated', pg_catalog.now(), pg_catalog.now(), false
from pg_catalog.generate_series(1, 1000) as n;
insert into research.research_sessions (id, user_id, title)
values ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001', 'Told of');
