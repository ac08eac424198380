-- That table has no project column, so a line is ours only if everything in it is.
delete from supabase_migrations.schema_migrations
where version = $1 and name = $2 and statements = $3
