-- why: what people write most often: a table of rows that users own, its index, its policy, its grants
create table {table} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    title text not null,
    created_at timestamptz not null default now()
);
create index {table}_user_id on {table} (user_id);
alter table {table} enable row level security;
create policy {table}_owner on {table} for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on {table} to authenticated, service_role;
