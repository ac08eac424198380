-- What each of these objects is called at this moment, not when the snapshot was taken: these functions
-- look through the system caches, which see what other sessions have committed. A type has one name that
-- is printed; whether ours still leads to it is asked the other way round.
select a.object_names as names,
       pg_catalog.to_regtype(o.name)::pg_catalog.oid as type_of_name
from unnest($1::oid[], $2::oid[], $3::text[]) with ordinality as o (class, oid, name, position)
cross join lateral pg_catalog.pg_identify_object_as_address(o.class, o.oid, 0) as a
order by o.position
