-- expect: nothing
select count(*) from pg_catalog.pg_class;
notify pgrst, 'reload schema';
