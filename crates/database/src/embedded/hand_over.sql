-- As on a hosted instance: the role that projects connect as owns the database, and is no superuser.
do $$
begin
    execute pg_catalog.format('alter database %I owner to postgres', pg_catalog.current_database());
end
$$
