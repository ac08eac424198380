-- One project's history, oldest version first.
select
    version, name, checksum, steps, steps_done, baseline,
    finished_at is not null as finished,
    pg_catalog.to_char(
        coalesce(finished_at, started_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    ) as at
from lodger.migrations
where project = $1
order by version
