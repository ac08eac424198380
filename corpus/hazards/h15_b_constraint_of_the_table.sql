-- expect: foreign-key-to-auth-unique 5
create table notes (
  id uuid primary key,
  mobile text,
  constraint notes_mobile foreign key (mobile) references auth.users (phone) on update cascade on delete set null
);
alter table notes enable row level security;
create index notes_mobile on notes (mobile);
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_mobile
-- outcome: creates table public.notes
