-- The foreign key is to be validated at the end, and it and its table have other names by then.
-- standing: research
create table users (id uuid primary key);
create table jobs (id uuid primary key, user_id uuid);
-- migration
alter table jobs add constraint jobs_user foreign key (user_id) references users;
alter table jobs rename to old_jobs;
alter table old_jobs rename constraint jobs_user to old_jobs_user;
