-- A rule hangs on a view, and not on a table of its name.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
create view notes as select * from users;
-- migration
create rule own as on delete to notes do instead nothing;
