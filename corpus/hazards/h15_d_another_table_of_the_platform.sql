-- expect: attaches-to-foreign-object 6
create table notes (id uuid primary key, session_id uuid);
alter table notes enable row level security;
create index notes_session on notes (session_id);
alter table notes add constraint notes_token
  foreign key (session_id) references auth.sessions (id) on delete cascade;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.sessions
-- outcome: creates constraint notes_token on public.notes
-- outcome: creates index public.notes_session
-- outcome: creates table public.notes
