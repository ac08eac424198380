-- May the bookkeeping go? Only when no project has anything in it.
select not exists (select from lodger.migrations) and not exists (select from lodger.objects)
