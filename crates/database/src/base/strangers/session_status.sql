-- A third project, a chat, which has an enum of a name that the research store uses as well, with other labels.
create type public.session_status as enum ('open', 'closed');
create table public.chat_sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  topic text not null,
  status public.session_status not null default 'open',
  started_at timestamptz not null
);
create index chat_sessions_user_id_idx on public.chat_sessions (user_id);
alter table public.chat_sessions enable row level security;
create policy "chatters see their sessions" on public.chat_sessions
  for select to authenticated using (user_id = (select auth.uid()));
grant select on public.chat_sessions to authenticated;
insert into public.chat_sessions (id, user_id, topic, status, started_at)
select md5('chat ' || n)::uuid, md5('account ' || 1 + n % 20)::uuid, 'Topic ' || n,
       (array['open', 'closed'])[1 + n % 2]::public.session_status,
       timestamptz '2025-09-01 00:00+00' + n * interval '11 minutes'
from generate_series(1, 40) as n;
