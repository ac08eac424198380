-- Gives up claims on objects that are gone, and of which only the names are known.
delete from lodger.objects where project = $1 and identity = any($2::text[])
