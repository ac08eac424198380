-- why: a small migration, such as all tools are tried on: a table, its key to the users, an index
create table small_{number} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    title text not null
);
create index small_{number}_user_id on small_{number} (user_id);
alter table small_{number} enable row level security;
