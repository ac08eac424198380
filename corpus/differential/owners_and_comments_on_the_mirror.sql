-- The mirror's publications belonged to the superuser, and parts of tables had no comments.
-- standing: research
create publication feed;
create table users (id uuid primary key, title text);
create index idx_a on users (title);
create policy own on users for all to anon using (true);
comment on column users.title is 'mine';
comment on constraint users_pkey on users is 'mine';
comment on index idx_a is 'mine';
comment on policy own on users is 'mine';
-- migration
alter publication feed rename to news;
comment on column users.title is null;
comment on constraint users_pkey on users is null;
comment on index idx_a is null;
comment on policy own on users is null;
