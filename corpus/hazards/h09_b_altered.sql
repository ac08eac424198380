-- expect: alters-foreign-object 2
alter policy "customers see themselves" on public.users using (true);
-- outcome: alters policy customers see themselves on public.users
