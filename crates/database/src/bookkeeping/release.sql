-- Gives up claims on objects that are gone.
delete from lodger.objects as o
using unnest($1::text[], $2::oid[]) as gone (class, oid)
where o.class = gone.class and o.oid = gone.oid
