-- expect: foreign-key-not-to-auth-users 7
create table notes (id uuid primary key, user_id uuid not null);
alter table notes enable row level security;
create index on notes (user_id);
ALTER TABLE ONLY "notes"
  ADD CONSTRAINT "notes_user_id_fkey" FOREIGN KEY ("user_id")
  REFERENCES "public"."users"("id") ON DELETE CASCADE;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.users
-- outcome: creates constraint notes_user_id_fkey on public.notes
-- outcome: creates index public.notes_user_id_idx
-- outcome: creates table public.notes
