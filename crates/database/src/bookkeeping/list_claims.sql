-- What each project brought in, by OID.
select class, oid, project, version, identity
from lodger.objects
order by project, identity
