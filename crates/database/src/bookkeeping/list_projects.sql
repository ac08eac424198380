-- Every project that has anything in the bookkeeping.
select project from lodger.migrations
union
select project from lodger.objects
order by project
