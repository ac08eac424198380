-- What the store asks auth.users, which users and service_role may not read themselves, and profiles.

-- The bodies are bound to their tables here and now: no search path can change what they read.
create function research_own_account()
  returns table (id uuid, email text, is_anonymous boolean, created_at timestamptz, last_sign_in_at timestamptz)
  language sql
  stable
  security definer
  set search_path from current
begin atomic
  select u.id, u.email::text, u.is_anonymous, u.created_at, u.last_sign_in_at
  from auth.users as u
  where u.id = auth.uid() and u.deleted_at is null;
end;
revoke execute on function research_own_account() from public, anon;
grant execute on function research_own_account() to authenticated;

-- Locks the one who gives against everything that refers to them, and the one who receives against going away.
create function research_lock_for_transfer(source uuid, receiver uuid)
  returns table (id uuid, is_anonymous boolean)
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  return query select u.id, u.is_anonymous from auth.users as u
    where u.id = source and u.deleted_at is null for update;
  return query select u.id, u.is_anonymous from auth.users as u
    where u.id = receiver and u.deleted_at is null for key share;
end;
$$;
revoke execute on function research_lock_for_transfer(uuid, uuid) from public, anon, authenticated;
grant execute on function research_lock_for_transfer(uuid, uuid) to service_role;

create table research_profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text,
  language text,
  preferences jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint research_profiles_display_name_length check (char_length(display_name) <= 200),
  constraint research_profiles_language_tag
    check (char_length(language) <= 35 and language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
  constraint research_profiles_preferences_object
    check (jsonb_typeof(preferences) = 'object' and octet_length(preferences::text) <= 65536)
);

create function research_advance_profile() returns trigger
  language plpgsql
  set search_path from current
as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end;
$$;
create trigger research_profiles_advance
  before update on research_profiles
  for each row execute function research_advance_profile();

-- A sign-up is never lost over a profile: whatever goes wrong here is a warning in the log.
create function research_create_profile() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  insert into research_profiles (id, display_name)
  values (new.id, nullif(left(new.raw_user_meta_data ->> 'full_name', 200), ''))
  on conflict do nothing;
  return new;
exception when others then
  raise warning 'no research profile for a new user: %', sqlerrm;
  return new;
end;
$$;
revoke execute on function research_create_profile() from public, anon, authenticated;

create trigger research_create_profile
  after insert on auth.users
  for each row execute function research_create_profile();

grant select on research_profiles to authenticated;
grant insert (id, display_name, language, preferences) on research_profiles to authenticated;
grant update (display_name, language, preferences) on research_profiles to authenticated;
grant select, insert, update, delete on research_profiles to service_role;

alter table research_profiles enable row level security;
alter table research_profiles force row level security;
create policy research_profiles_own on research_profiles
  for all
  to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));
