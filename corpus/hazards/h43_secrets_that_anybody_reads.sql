-- expect: sensitive-columns-exposed 2
create table integrations (id uuid primary key, name text, api_key text);
alter table integrations enable row level security;
create policy integrations_read on integrations for select to authenticated using (true);
grant select on integrations to authenticated;
-- outcome: alters table public.integrations
-- outcome: creates policy integrations_read on public.integrations
-- outcome: creates table public.integrations
-- outcome: grants table public.integrations
