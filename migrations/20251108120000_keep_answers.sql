-- The answers that were given to requests with an idempotency key: the same request gets the same answer again
-- instead of being carried out twice.

create table research_idempotency_keys (
  user_id uuid not null references auth.users (id) on delete cascade,
  key text not null,
  -- of the request: the same key with another request is a mistake
  fingerprint text not null,
  response jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (user_id, key),
  constraint research_idempotency_keys_key_length check (char_length(key) between 1 and 255)
);
create index research_idempotency_keys_expires_at on research_idempotency_keys (expires_at);

grant select, delete on research_idempotency_keys to authenticated;
grant insert (user_id, key, fingerprint, response) on research_idempotency_keys to authenticated;
grant update (fingerprint, response, created_at, expires_at) on research_idempotency_keys to authenticated;
grant select, insert, update, delete on research_idempotency_keys to service_role;

alter table research_idempotency_keys enable row level security;
alter table research_idempotency_keys force row level security;
create policy research_idempotency_keys_own on research_idempotency_keys
  for all
  to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
