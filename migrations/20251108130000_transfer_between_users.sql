-- What somebody did before registering goes to the account that they register or sign in to: claims that prove the
-- one side, receipts that say what was moved, and a mark on the side that was emptied.

create table research_transfer_claims (
  -- whose sessions may be taken along
  user_id uuid not null references auth.users (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- who reads this table cannot use a claim
  secret_hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '15 minutes',
  transfer_id uuid,
  primary key (user_id, id)
);
create index research_transfer_claims_expires_at on research_transfer_claims (expires_at);

create table research_transfers (
  -- who received
  user_id uuid not null references auth.users (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- who gave: may be deleted, and the receipt stays
  source_id uuid not null,
  -- how the source was proven: claim, token, or operator
  proof text not null check (proof = any (array['claim', 'token', 'operator'])),
  sessions bigint not null default 0,
  files bigint not null default 0,
  bytes bigint not null default 0,
  session_ids uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  undo_until timestamptz not null default now() + interval '24 hours',
  undone_at timestamptz,
  primary key (user_id, id)
);
create index research_transfers_source_id on research_transfers (source_id);

-- Whose work is elsewhere now.
create table research_transferred_users (
  user_id uuid primary key references auth.users (id) on delete cascade,
  transfer_id uuid not null,
  receiver_id uuid not null,
  created_at timestamptz not null default now()
);

-- Fires after the foreign key to auth.users was checked, which waits for a transfer under way: so no session can be
-- created for a user whose sessions were just moved.
create function research_refuse_transferred() returns trigger
  language plpgsql
  set search_path from current
as $$
begin
  if exists (
    select from research_transferred_users as t where t.user_id in (select added.user_id from added)
  ) then
    raise exception 'what this user did belongs to another account now' using errcode = 'LG001';
  end if;
  return null;
end;
$$;

create trigger research_sessions_refuse_transferred
  after insert on research_sessions
  referencing new table as added
  for each statement execute function research_refuse_transferred();

grant select (user_id, id, created_at, expires_at, transfer_id), delete
  on research_transfer_claims to authenticated;
grant insert (user_id, id, secret_hash) on research_transfer_claims to authenticated;
grant select on research_transfers, research_transferred_users to authenticated;
grant select, insert, update, delete
  on research_transfer_claims, research_transfers, research_transferred_users to service_role;

alter table research_transfer_claims enable row level security;
alter table research_transfers enable row level security;
alter table research_transferred_users enable row level security;
alter table research_transfer_claims force row level security;
alter table research_transfers force row level security;
alter table research_transferred_users force row level security;
create policy research_transfer_claims_own on research_transfer_claims
  for all
  to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
create policy research_transfers_read_own on research_transfers
  for select to authenticated using (user_id = (select auth.uid()));
create policy research_transferred_users_read_own on research_transferred_users
  for select to authenticated using (user_id = (select auth.uid()));
