-- why: a project's own table that has no key to the users yet
create table visits (
    id bigint generated always as identity primary key,
    user_id uuid not null,
    what text not null
);
alter table visits enable row level security;
