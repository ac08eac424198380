-- expect: grants-on-all-tables 2
grant execute on all functions in schema public to anon;
