-- expect: policy-always-true 4, policy-always-true 5
create table notes (id uuid primary key);
alter table notes enable row level security;
CREATE POLICY "Enable insert for all users" ON "public"."notes" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((true));
CREATE POLICY notes_delete ON notes FOR DELETE TO anon USING (1 = 1);
-- outcome: alters table public.notes
-- outcome: creates policy Enable insert for all users on public.notes
-- outcome: creates policy notes_delete on public.notes
-- outcome: creates table public.notes
