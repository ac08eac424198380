-- expect: guard-hides-collision 7
-- there:
create schema billing;
create type billing.plan as enum ('free', 'paid');
-- migration: 20251103090000_plan.sql
do $$ begin
  if not exists (select 1 from pg_type where typname = 'plan') then
    create type public.plan as enum ('basic', 'pro');
  end if;
end $$;
-- outcome: not_evaluated type public.plan
