-- A migration is being applied. One that was begun before and not finished keeps its steps.
insert into lodger.migrations (project, version, name, checksum, steps)
values ($1, $2, $3, $4, $5)
on conflict (project, version) do nothing
