-- Columns by name: hosted tables have more of them than the ones the CLI makes.
insert into supabase_migrations.schema_migrations (version, name, statements)
values ($1, $2, $3)
on conflict (version) do nothing
