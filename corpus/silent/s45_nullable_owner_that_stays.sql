-- expect: nothing
create table notes_audit (
  id bigint generated always as identity primary key,
  actor_id uuid references auth.users (id) on delete set null,
  what text not null
);
create index notes_audit_actor on notes_audit (actor_id);
alter table notes_audit enable row level security;
-- outcome: alters table public.notes_audit
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_audit_actor
-- outcome: creates table public.notes_audit
