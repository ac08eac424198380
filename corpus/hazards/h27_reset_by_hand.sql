-- expect: drops-foreign-object 2
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('drop table if exists public.%I cascade', t);
  end loop;
end $$;
