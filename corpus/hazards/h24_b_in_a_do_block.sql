-- expect: writes-foreign-rows 5, writes-foreign-rows 6
do $$
declare probe uuid := gen_random_uuid();
begin
  insert into public.users (id, email) values (probe, 'probe@example.test');
  delete from public.users where id = probe;
  raise notice 'the table can be written';
end $$;
-- outcome: writes_rows table public.users
