-- expect: guard-hides-collision 3
do $$ begin
  if not exists (select from pg_tables where tablename = 'buckets') then
    create table public.buckets (id text primary key);
  end if;
end $$;
