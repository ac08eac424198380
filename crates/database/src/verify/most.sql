-- why: only on a throw-away database. New objects give everybody everything, so that what is missing
-- on them afterwards is what the migrations took away.
alter default privileges grant all on tables to public, anon, authenticated, service_role;
alter default privileges grant all on sequences to public, anon, authenticated, service_role;
alter default privileges grant all on functions to public, anon, authenticated, service_role;
alter default privileges grant all on types to public, anon, authenticated, service_role;
alter default privileges grant all on schemas to public, anon, authenticated, service_role;
