-- Another project on the same instance, as it really looks: a job board with a users table of its own, a
-- trigger function with a name that everybody uses, and a hook on the landlord's sign-ups. Run as the
-- role that all projects share. Every value is computed, so that two instances are alike byte for byte.

create table public.users (
  id uuid primary key,
  email text not null,
  created_at timestamptz not null default now(),
  last_seen timestamptz,
  total_jobs integer not null default 0,
  active_jobs integer not null default 0,
  constraint users_email_is_an_address check (email like '%@%')
);
comment on table public.users is 'Customers of the job board; not accounts of the instance.';
comment on column public.users.last_seen is 'Set by the board at every visit.';
create unique index users_email_lower_idx on public.users (lower(email));

create type public.job_status as enum ('queued', 'running', 'done', 'failed');
create sequence public.job_numbers start 1000;
create table public.jobs (
  id uuid primary key,
  number bigint not null default nextval('public.job_numbers'),
  user_id uuid not null references public.users (id) on delete cascade,
  status public.job_status not null default 'queued',
  payload jsonb not null default '{}',
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint jobs_number_key unique (number)
);
alter sequence public.job_numbers owned by public.jobs.number;
create index jobs_user_id_created_at_idx on public.jobs (user_id, created_at desc);
create index jobs_waiting_idx on public.jobs (created_at) where status = 'queued';

-- counts revisions as well: whoever puts the usual body in its place stops the count
create function public.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  new.revision := old.revision + 1;
  return new;
end $$;
comment on function public.update_updated_at_column() is 'Every change of a job is a new revision.';
create trigger jobs_touch before update on public.jobs
  for each row execute function public.update_updated_at_column();

create view public.active_users as
  select u.id, u.email, u.active_jobs
  from public.users as u
  where u.active_jobs > 0;

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null,
  created_at timestamptz not null
);
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, display_name, created_at)
  values (new.id, coalesce(new.raw_user_meta_data ->> 'name', 'guest'), coalesce(new.created_at, now()));
  return new;
end $$;
create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

alter table public.users enable row level security;
alter table public.jobs enable row level security;
alter table public.profiles enable row level security;
create policy "customers see themselves" on public.users
  for select to authenticated using (id = (select auth.uid()));
create policy "customers keep their jobs" on public.jobs
  for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "everybody sees profiles" on public.profiles
  for select to anon, authenticated using (true);
grant select on public.users, public.active_users to authenticated;
grant select, insert, update, delete on public.jobs to authenticated;
grant select on public.profiles to anon, authenticated;
grant all on public.users, public.jobs, public.profiles to service_role;
revoke execute on function public.handle_new_user() from public;

insert into public.users (id, email, created_at, last_seen, total_jobs, active_jobs)
select md5('customer ' || n)::uuid, 'customer' || n || '@example.test',
       timestamptz '2024-05-01 08:00+00' + n * interval '7 hours',
       case when n % 10 > 0 then timestamptz '2025-10-01 08:00+00' + n * interval '53 minutes' end,
       3, n % 3
from generate_series(1, 153) as n;

insert into public.jobs (id, user_id, status, payload, created_at, updated_at)
select md5('job ' || n)::uuid, md5('customer ' || (n + 2) / 3)::uuid,
       (array['done', 'failed', 'running', 'queued'])[1 + n % 4]::public.job_status,
       jsonb_build_object('page', n, 'urgent', n % 7 = 0),
       timestamptz '2025-01-01 00:00+00' + n * interval '3 hours',
       timestamptz '2025-01-01 00:00+00' + n * interval '4 hours'
from generate_series(1, 459) as n;

alter publication supabase_realtime add table public.jobs;
insert into storage.buckets (id, name, public, created_at, updated_at)
values ('job-files', 'job-files', false, '2025-01-01 00:00+00', '2025-01-01 00:00+00');

-- the instance's accounts: 20, of which every fourth is anonymous
insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  confirmation_token, recovery_token, email_change_token_new, email_change,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at, last_sign_in_at, is_anonymous
)
select
  '00000000-0000-0000-0000-000000000000', md5('account ' || n)::uuid, 'authenticated', 'authenticated',
  case when n % 4 > 0 then 'account' || n || '@example.test' end,
  case when n % 4 > 0 then '' end,
  case when n % 4 > 0 then at end,
  '', '', '', '',
  case when n % 4 > 0 then jsonb '{"provider": "email", "providers": ["email"]}' else '{}' end,
  case when n % 4 > 0 then jsonb_build_object('name', 'Account ' || n) else '{}' end,
  at, at, at, n % 4 = 0
from generate_series(1, 20) as n
cross join lateral (select timestamptz '2025-06-01 12:00+00' + n * interval '5 hours') as moment(at);

insert into auth.identities (
  id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
)
select md5('identity of ' || id)::uuid, id::text, id, jsonb_build_object('sub', id, 'email', email),
       'email', last_sign_in_at, created_at, updated_at
from auth.users
where not is_anonymous
order by created_at;
