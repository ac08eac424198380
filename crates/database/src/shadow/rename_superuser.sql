-- The embedded server's superuser is called postgres; on Supabase that is the name of the role that
-- projects connect as, and no superuser. A role cannot rename itself, hence the helper.
create role lodger_helper superuser;
set session authorization lodger_helper;
alter role postgres rename to supabase_admin;
set session authorization supabase_admin;
drop role lodger_helper;
