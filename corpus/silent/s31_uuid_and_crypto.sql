-- expect: nothing
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create table notes_invites (
  id uuid primary key default extensions.uuid_generate_v4(),
  token text not null default encode(extensions.gen_random_bytes(16), 'hex')
);
alter table notes_invites enable row level security;
revoke all on notes_invites from anon, authenticated;
