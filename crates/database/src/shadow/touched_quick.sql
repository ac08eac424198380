-- As touched.sql, where only rows are looked for that belong to new objects or to relations that the statement names.
-- why: of so small a query each part costs more to begin than to execute, and one SELECT has the fewest. Nothing leans on
-- an object that is new, and columns of others are not looked for. touched.rs puts in `young`.
select
    pg_catalog.max(y.version::pg_catalog.text::pg_catalog.int8) as youngest,
    {complete} as complete,
    coalesce(pg_catalog.array_agg(y.mark) filter (where y.object is not null), '{}') as marks,
    pg_catalog.set_config('lodger.relations', coalesce(pg_catalog.array_agg(y.object) filter (
        where y.mark in ('table', 'view', 'new column', 'rule', 'type', 'index') and y.object is not null
    ), '{}')::pg_catalog.text, true)::pg_catalog.oid[] as relations,
    pg_catalog.set_config('lodger.objects', coalesce(
        pg_catalog.array_agg(y.object) filter (where y.object is not null), '{}'
    )::pg_catalog.text, true)::pg_catalog.oid[] as touched
from ({young}) as y
