-- Claims objects. One that another project claims stays theirs.
insert into lodger.objects (class, oid, project, version, identity)
select o.class, o.oid, $1, $2, o.identity
from unnest($3::text[], $4::oid[], $5::text[]) as o (class, oid, identity)
on conflict (class, oid) do nothing
