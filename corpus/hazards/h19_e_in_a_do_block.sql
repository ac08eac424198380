-- expect: grants-on-all-tables 3
do $$ begin
  grant select on all tables in schema public to anon;
end $$;
