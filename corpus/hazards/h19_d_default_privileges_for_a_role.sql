-- expect: default-privileges 3
alter default privileges for role postgres in schema public
  grant select, insert, update, delete on tables to anon, authenticated;
-- outcome: grants default privileges postgres in public: tables
