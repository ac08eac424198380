-- why: what the snapshot was taken of and with which rights. supautils shows itself by its settings,
-- which anybody may read; the list of loaded libraries is for privileged roles only.
select pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as version_number,
       pg_catalog.current_setting('server_version') as version,
       r.rolname as role,
       r.rolsuper as superuser,
       r.rolsuper or r.rolbypassrls as bypasses_rls,
       pg_catalog.current_database() as database,
       (select pg_catalog.pg_get_userbyid(d.datdba)::pg_catalog.text
          from pg_catalog.pg_database d
         where d.datname = pg_catalog.current_database()) as database_owner,
       coalesce(pg_catalog.current_setting('supautils.policy_grants', true),
                pg_catalog.current_setting('supautils.drop_trigger_grants', true),
                pg_catalog.current_setting('supautils.privileged_role', true)) is not null as supautils,
       pg_catalog.pg_is_in_recovery()
         or pg_catalog.current_setting('default_transaction_read_only')::pg_catalog.bool as read_only,
       array(select o.rolname::pg_catalog.text
               from pg_catalog.pg_roles o
              where o.rolname !~ '^pg_') as roles,
       array(select pg_catalog.pg_get_userbyid(m.member)::pg_catalog.text
               from pg_catalog.pg_auth_members m
              order by m.member, m.roleid) as members,
       array(select pg_catalog.pg_get_userbyid(m.roleid)::pg_catalog.text
               from pg_catalog.pg_auth_members m
              order by m.member, m.roleid) as member_of
  from pg_catalog.pg_roles r
 where r.rolname = current_user
