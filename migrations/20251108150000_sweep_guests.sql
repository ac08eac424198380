-- Anonymous accounts that nobody uses any more. The instance is shared: an account that any other project's rows refer
-- to is not ours to delete, whatever our own tables say.

-- Among all accounts, or those that are named: anonymous, and neither signed in nor refreshed since then.
create function research_abandoned_users(idle_since timestamptz, named uuid[], most bigint)
  returns table (id uuid, last_seen timestamptz, sessions bigint, elsewhere boolean)
  language plpgsql
  security definer
  set search_path from current
as $$
declare
  found_ids uuid[];
  taken uuid[] := '{}';
  more uuid[];
  reference record;
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  found_ids := array(
    select u.id
    from auth.users as u
    where u.is_anonymous
      and (named is null or u.id = any (named))
      and greatest(u.created_at, u.last_sign_in_at) < idle_since
      and not exists (
        select from auth.sessions as s
        where s.user_id = u.id
          and (s.not_after is null or s.not_after > now())
          and greatest(s.created_at, s.updated_at, s.refreshed_at at time zone 'utc') >= idle_since
      )
      and not exists (
        select from auth.refresh_tokens as t
        where t.user_id = u.id::text and not coalesce(t.revoked, false)
          and greatest(t.created_at, t.updated_at) >= idle_since
      )
    order by u.created_at, u.id
    limit most
  );
  -- every table outside of auth, but our own, that refers to accounts
  for reference in
    select c.conrelid::regclass as relation, a.attname as attribute
    from pg_catalog.pg_constraint as c
    join pg_catalog.pg_class as r on r.oid = c.conrelid
    join pg_catalog.pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'auth.users'::regclass and pg_catalog.cardinality(c.conkey) = 1
      and r.relnamespace <> 'auth'::regnamespace
      and c.conrelid <> all (array[
        'research_sessions', 'research_event_heads', 'research_idempotency_keys', 'research_transfer_claims',
        'research_transfers', 'research_transferred_users', 'research_profiles'
      ]::regclass[])
  loop
    execute pg_catalog.format(
      'select array(select u from unnest($1) as u where exists (select from %s as t where t.%I = u))',
      reference.relation, reference.attribute
    ) into more using found_ids;
    taken := taken || more;
  end loop;
  -- files have an owner without a foreign key
  if pg_catalog.to_regclass('storage.objects') is not null then
    execute 'select array(select u from unnest($1) as u where u::text in (select o.owner_id from storage.objects as o))'
      into more using found_ids;
    taken := taken || more;
  end if;
  return query
    select u.id, greatest(u.created_at, u.last_sign_in_at),
      (select count(*) from research_sessions as s where s.user_id = u.id), u.id = any (taken)
    from auth.users as u
    where u.id = any (found_ids)
    order by u.created_at, u.id;
end;
$$;
revoke execute on function research_abandoned_users(timestamptz, uuid[], bigint) from public, anon, authenticated;
grant execute on function research_abandoned_users(timestamptz, uuid[], bigint) to service_role;

create function research_delete_abandoned_users(idle_since timestamptz, named uuid[], with_sessions boolean)
  returns setof uuid
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  -- whoever signs in, or writes something, waits; who did so before is found by the look that follows
  perform from auth.users as u where u.id = any (named) order by u.id for update;
  return query
    delete from auth.users as u
    using research_abandoned_users(idle_since, named, pg_catalog.cardinality(named)) as a
    where u.id = a.id and u.is_anonymous and not a.elsewhere and (with_sessions or a.sessions = 0)
    returning u.id;
end;
$$;
revoke execute on function research_delete_abandoned_users(timestamptz, uuid[], boolean)
  from public, anon, authenticated;
grant execute on function research_delete_abandoned_users(timestamptz, uuid[], boolean) to service_role;
