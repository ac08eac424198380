-- expect: foreign-key-not-to-auth-users 6
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null,
  constraint notes_owner_fkey
    foreign key (owner) references public.users (id) on delete cascade
);
alter table public.notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.users
-- outcome: creates table public.notes
