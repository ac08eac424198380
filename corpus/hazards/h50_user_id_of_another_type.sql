-- expect: user-id-without-foreign-key 4
create table notes (
  id uuid primary key,
  user_id text not null
);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
