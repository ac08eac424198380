-- expect: drops-foreign-object 2, attaches-to-foreign-object 3
drop policy if exists "customers see themselves" on users;
create policy "customers see themselves" on users for select to authenticated using (true);
