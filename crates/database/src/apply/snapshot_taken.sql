-- Which transactions this one sees: all below xmax, where xmin is the same; and none that were still going on.
select pg_catalog.pg_snapshot_xmin(s)::pg_catalog.text::pg_catalog.int8 as xmin,
       pg_catalog.pg_snapshot_xmax(s)::pg_catalog.text::pg_catalog.int8 as xmax
from pg_catalog.pg_current_snapshot() as s
