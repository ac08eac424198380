-- What the other projects do all day, as the roles they do it as. The transaction is left open, to be undone.
begin;
set local role postgres;
do $$
declare
  changed bigint;
  before bigint;
  after bigint;
begin
  update public.users set last_seen = now() where email = 'customer1@example.test';
  get diagnostics changed = row_count;
  if changed <> 1 then
    raise exception 'a visit of a customer changed % rows of public.users', changed;
  end if;
  select sum(revision) into before from public.jobs where status = 'queued';
  update public.jobs set status = 'running' where status = 'queued';
  select sum(revision) into after from public.jobs where updated_at = now();
  if after is distinct from before * 2 then
    raise exception 'jobs moved on from revisions % to %, not by one each', before, after;
  end if;
  if (select count(*) from public.active_users) <> 102 then
    raise exception 'public.active_users shows other rows';
  end if;
end $$;

-- the landlord's service, in whose sessions the search path is its own schema alone
set local role supabase_auth_admin;
set local search_path = auth;
insert into auth.users (
  instance_id, id, aud, role, email, confirmation_token, recovery_token, email_change_token_new,
  email_change, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
) values (
  '00000000-0000-0000-0000-000000000000', '5ca1ab1e-0000-4000-8000-000000000000', 'authenticated',
  'authenticated', 'newcomer@example.test', '', '', '', '', '{}', '{"name": "Newcomer"}', now(), now()
);
update auth.users set last_sign_in_at = now() where id = '5ca1ab1e-0000-4000-8000-000000000000';

set local role postgres;
do $$
begin
  perform from public.profiles
  where id = '5ca1ab1e-0000-4000-8000-000000000000' and display_name = 'Newcomer';
  if not found then
    raise exception 'somebody signed up and got no profile';
  end if;
end $$;

set local role supabase_auth_admin;
delete from auth.users where id = '5ca1ab1e-0000-4000-8000-000000000000';
