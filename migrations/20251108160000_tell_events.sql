-- What reaches the stream of events besides changes: what a program says of its own work on a session, and tickets
-- for those who cannot send a token with their request.

-- Hangs on the head of the user's events, as the events do. Nobody reads a ticket here: it is used by whoever has it.
create table research_stream_tickets (
  user_id uuid not null references research_event_heads (user_id) on delete cascade,
  secret_hash text not null,
  -- those of the token that the ticket stands for
  claims jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '30 seconds',
  primary key (user_id, secret_hash)
);

grant select, insert, update, delete on research_stream_tickets to service_role;

alter table research_stream_tickets enable row level security;
alter table research_stream_tickets force row level security;
create policy research_stream_tickets_nobody on research_stream_tickets
  for all
  to authenticated
  using (false)
  with check (false);

-- An event that the owner of a session tells of it. Its kind is none of those that the store itself tells.
create function research_tell(session uuid, kind text, payload jsonb)
  returns table (seq bigint, created_at timestamptz)
  language plpgsql
  security definer
  set search_path from current
as $$
declare
  owner_id uuid := auth.uid();
  place bigint;
begin
  perform pg_catalog.set_config('search_path', pg_catalog.current_setting('search_path') || ', pg_temp', true);
  if kind is null or kind !~ '^[a-z][a-z0-9_]{0,30}(\.[a-z0-9_]{1,31}){1,3}$'
    or kind ~ '^(session|draft|transfer)\.'
  then
    raise exception 'this kind is not one that can be told' using errcode = 'LG003';
  end if;
  if payload is null or jsonb_typeof(payload) <> 'object' or octet_length(payload::text) > 16384 then
    raise exception 'a payload is an object of at most 16 KiB' using errcode = 'LG004';
  end if;
  -- before the number is taken, in the order in which a change of the session would do it
  perform from research_sessions as s where s.user_id = owner_id and s.id = session for key share;
  if not found then
    return;
  end if;
  insert into research_event_heads as h (user_id, last_seq) values (owner_id, 1)
  on conflict (user_id) do update set last_seq = h.last_seq + 1
  returning h.last_seq into place;
  return query
    insert into research_events as e (user_id, seq, session_id, kind, payload)
    values (owner_id, place, session, research_tell.kind, research_tell.payload)
    returning e.seq, e.created_at;
end;
$$;
revoke execute on function research_tell(uuid, text, jsonb) from public, anon;
grant execute on function research_tell(uuid, text, jsonb) to authenticated;
