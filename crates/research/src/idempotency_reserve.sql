-- why: waits for a transaction that has reserved the same key; a key that has expired is free again
insert into research_idempotency_keys as k (user_id, key, fingerprint)
values ($1, $2, $3)
on conflict (user_id, key) do update
set fingerprint = excluded.fingerprint, response = '{}', created_at = pg_catalog.now(),
  expires_at = pg_catalog.now() + interval '24 hours'
where k.expires_at < pg_catalog.now()
returning true as reserved
