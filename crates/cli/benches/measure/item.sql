-- why: what people write most often: a table of rows that users own, its index, its policy, its grants
create table item_{number} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    title text not null,
    created_at timestamptz not null default now()
);
create index item_{number}_user_id on item_{number} (user_id);
alter table item_{number} enable row level security;
create policy item_{number}_owner on item_{number} for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on item_{number} to authenticated, service_role;
