-- expect: drops-foreign-object 4, drops-with-cascade 4
do $$
begin
  drop table if exists "users" cascade;
exception when others then
  raise notice 'nothing to drop';
end
$$;
-- outcome: drops table public.users
