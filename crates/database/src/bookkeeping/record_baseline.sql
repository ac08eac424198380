-- A migration whose objects are there already, and are not checked here.
insert into lodger.migrations (project, version, name, checksum, baseline, finished_at)
values ($1, $2, $3, $4, true, pg_catalog.now())
on conflict (project, version) do nothing
