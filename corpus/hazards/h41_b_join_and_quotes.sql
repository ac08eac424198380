-- expect: auth-users-exposed 5
create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
CREATE OR REPLACE VIEW "notes_with_authors" WITH (security_invoker = false) AS
  SELECT n.id, u.email FROM notes AS n JOIN "auth"."users" AS u ON u.id = n.user_id;
GRANT SELECT ON notes_with_authors TO anon;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
-- outcome: creates view public.notes_with_authors
-- outcome: grants view public.notes_with_authors
