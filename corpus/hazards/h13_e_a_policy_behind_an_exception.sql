-- expect: guard-hides-collision 4
do $$ begin
  create policy "customers see themselves" on public.users for select using (true);
exception when duplicate_object then null;
end $$;
