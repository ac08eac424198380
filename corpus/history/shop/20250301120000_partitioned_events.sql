create table shop.events (
  id bigint generated always as identity,
  at timestamptz not null default now(),
  kind text not null,
  payload jsonb not null default '{}',
  primary key (id, at)
) partition by range (at);
create table shop.events_2025 partition of shop.events for values from ('2025-01-01') to ('2026-01-01');
create table shop.events_rest partition of shop.events default;
alter table shop.events enable row level security;
alter table shop.events_2025 enable row level security;
alter table shop.events_rest enable row level security;
create index events_at on shop.events using brin (at);
alter table shop.products add column weight numeric(10, 3);
alter table shop.orders rename column total to total_cents;
