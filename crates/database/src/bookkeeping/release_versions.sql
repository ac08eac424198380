-- Gives up what one project claims with these migrations, or without any.
delete from lodger.objects
where project = $1
  and (version = any ($2) or ($3 and version is null))
