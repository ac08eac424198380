-- expect: attaches-to-foreign-object 5
-- there:
create table public.events (id bigint, at timestamptz not null) partition by range (at);
-- migration: 20251103090000_events.sql
create table notes_events partition of events
  for values from ('2026-01-01') to ('2026-02-01');
-- outcome: creates table public.notes_events
