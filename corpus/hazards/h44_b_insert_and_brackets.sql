-- expect: policy-always-true 4, policy-always-true 5
create table notes (id uuid primary key);
alter table notes enable row level security;
CREATE POLICY "Enable insert for all users" ON "public"."notes" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((true));
CREATE POLICY notes_delete ON notes FOR DELETE TO anon USING (1 = 1);
