-- why: somebody else's table, with all that a snapshot of the catalog has to load for it
create table stranger_{number} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    title text not null,
    created_at timestamptz not null default now()
);
create index stranger_{number}_user_id on stranger_{number} (user_id);
alter table stranger_{number} enable row level security;
create policy stranger_{number}_owner on stranger_{number} for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on stranger_{number} to authenticated, service_role;
