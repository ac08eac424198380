-- A schema of this project hid that the migration changes another one.
-- standing: research
create schema shop;
-- migration
revoke usage on schema public from anon;
