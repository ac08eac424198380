-- why: a longer one, of 40 lines: what users have ordered, with its lines
create table order_{number} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    note text,
    placed_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
comment on table order_{number} is 'What a user has ordered.';
create index order_{number}_user_id on order_{number} (user_id);

create table line_{number} (
    id bigint generated always as identity primary key,
    order_id uuid not null references order_{number} (id) on delete cascade,
    what text not null,
    amount integer not null default 1 check (amount > 0),
    price numeric(12, 2) not null
);
create index line_{number}_order_id on line_{number} (order_id);

create function order_{number}_changes() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.changed_at := now();
    return new;
end
$$;
create trigger order_{number}_changes before update on order_{number}
    for each row execute function order_{number}_changes();

alter table order_{number} enable row level security;
alter table line_{number} enable row level security;
create policy order_{number}_owner on order_{number} for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy line_{number}_owner on line_{number} for select to authenticated using (
    exists (select from order_{number} as o where o.id = order_id and o.user_id = (select auth.uid()))
);
grant select, insert, update, delete on order_{number} to authenticated;
grant select on line_{number} to authenticated;
