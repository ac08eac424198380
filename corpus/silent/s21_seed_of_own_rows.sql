-- expect: nothing
create table notes_plans (id text primary key, price numeric(10, 2) not null, position int not null unique);
alter table notes_plans enable row level security;
create policy "Everybody sees the plans" on notes_plans for select to anon, authenticated using (true);
grant select on notes_plans to anon, authenticated;
insert into notes_plans (id, price, position) values ('free', 0, 1), ('pro', 9.90, 2), ('team', 29, 3)
on conflict (id) do update set price = excluded.price;
update notes_plans set price = 9.50 where id = 'pro';
delete from notes_plans where id = 'team';
-- outcome: alters table public.notes_plans
-- outcome: creates policy Everybody sees the plans on public.notes_plans
-- outcome: creates table public.notes_plans
-- outcome: grants table public.notes_plans
-- outcome: writes_rows table public.notes_plans
