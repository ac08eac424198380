-- Objects that somebody claims have other names now.
update lodger.objects as o
set identity = named.identity
from unnest($1::text[], $2::oid[], $3::text[]) as named (class, oid, identity)
where o.class = named.class and o.oid = named.oid
