-- The platform's roles. They belong to the whole cluster: only missing ones are made, and one
-- that stands there already (the superuser, whatever its name) keeps its attributes.
-- Left out: the authenticator's preloaded libraries, which would refuse its login where they are not
-- installed.
do $$
declare
  wanted record;
  setting text;
begin
  for wanted in
    select * from (values
      ('anon', 'nologin', array['statement_timeout to ''3s''']),
      ('authenticated', 'nologin', array['statement_timeout to ''8s''']),
      ('service_role', 'nologin bypassrls', '{}'),
      ('authenticator', 'login noinherit',
        array['statement_timeout to ''8s''', 'lock_timeout to ''8s''']),
      -- the backslash is what the platform really has: that entry never names a schema
      ('postgres', 'login createrole createdb replication bypassrls',
        array['search_path to "\$user", public, extensions']),
      ('supabase_admin', 'login superuser createrole createdb replication bypassrls',
        array['search_path to "$user", public, auth, extensions', 'log_statement to none',
              'statement_timeout to 0']),
      ('supabase_auth_admin', 'login noinherit createrole',
        array['search_path to auth', 'idle_in_transaction_session_timeout to 60000',
              'log_statement to none']),
      ('supabase_storage_admin', 'login noinherit createrole',
        array['search_path to storage', 'log_statement to none']),
      ('supabase_realtime_admin', 'nologin noinherit', '{}'),
      ('supabase_replication_admin', 'login replication', '{}'),
      ('supabase_read_only_user', 'login bypassrls',
        array['default_transaction_read_only to on']),
      ('supabase_etl_admin', 'login replication bypassrls', '{}'),
      ('supabase_privileged_role', 'nologin', '{}'),
      ('dashboard_user', 'nologin createrole createdb replication', '{}'),
      ('pgbouncer', 'login', '{}')
    ) as roles(name, attributes, settings)
    where name not in (select rolname from pg_catalog.pg_roles)
  loop
    execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    foreach setting in array wanted.settings loop
      execute pg_catalog.format('alter role %I set %s', wanted.name, setting);
    end loop;
  end loop;
end $$;

-- Who is a member of what. `postgres` may administer the API roles only from 16 on, where that right is
-- per membership; and where `postgres` is itself the superuser it needs none of this (and could
-- not be given an admin option by itself).
do $$
declare
  wanted record;
begin
  for wanted in
    select r.name, r.member, version >= 160000 and r.member = 'postgres'
        and r.name <> 'supabase_privileged_role' as administers
    from (values
      ('anon', 'authenticator', 140000), ('authenticated', 'authenticator', 140000),
      ('service_role', 'authenticator', 140000), ('authenticator', 'supabase_storage_admin', 140000),
      ('anon', 'postgres', 140000), ('authenticated', 'postgres', 140000),
      ('service_role', 'postgres', 140000), ('authenticator', 'postgres', 160000),
      ('pg_monitor', 'postgres', 140000), ('pg_read_all_data', 'postgres', 140000),
      ('pg_signal_backend', 'postgres', 140000), ('pg_create_subscription', 'postgres', 160000),
      ('supabase_privileged_role', 'postgres', 140000),
      ('pg_read_all_data', 'supabase_read_only_user', 140000),
      ('pg_monitor', 'supabase_read_only_user', 140000),
      ('pg_read_all_data', 'supabase_etl_admin', 140000),
      ('pg_monitor', 'supabase_etl_admin', 140000)
    ) as r(name, member, since)
    cross join pg_catalog.current_setting('server_version_num') as number
    cross join lateral (select number::int) as server(version)
    join pg_catalog.pg_roles as granted on granted.rolname = r.name
    join pg_catalog.pg_roles as member on member.rolname = r.member and not member.rolsuper
    where version >= since
      and not exists (
        select from pg_catalog.pg_auth_members as m
        where m.roleid = granted.oid and m.member = member.oid
      )
  loop
    execute pg_catalog.format('grant %I to %I', wanted.name, wanted.member)
      || case when wanted.administers then ' with admin option' else '' end;
  end loop;
end $$;
