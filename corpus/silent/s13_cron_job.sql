-- expect: nothing
create extension if not exists pg_cron with schema pg_catalog;
create table notes_drafts (id uuid primary key, expires_at timestamptz not null);
alter table notes_drafts enable row level security;
select cron.schedule('notes-remove-expired-drafts', '15 3 * * *', $$delete from public.notes_drafts where expires_at < now()$$);
