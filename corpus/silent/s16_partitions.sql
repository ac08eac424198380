-- expect: nothing
create table notes_log (
  id bigint generated always as identity,
  at timestamptz not null default now(),
  line text not null,
  primary key (id, at)
) partition by range (at);
alter table notes_log enable row level security;
create table notes_log_2025 partition of notes_log for values from ('2025-01-01') to ('2026-01-01');
create table notes_log_2026 partition of notes_log for values from ('2026-01-01') to ('2027-01-01');
create table notes_log_rest partition of notes_log default;
alter table notes_log_2025 enable row level security;
alter table notes_log_2026 enable row level security;
alter table notes_log_rest enable row level security;
create index notes_log_at on notes_log (at desc);
-- outcome: alters table public.notes_log
-- outcome: alters table public.notes_log_2025
-- outcome: alters table public.notes_log_2026
-- outcome: alters table public.notes_log_rest
-- outcome: creates index public.notes_log_2025_at_idx
-- outcome: creates index public.notes_log_2026_at_idx
-- outcome: creates index public.notes_log_at
-- outcome: creates index public.notes_log_rest_at_idx
-- outcome: creates table public.notes_log
-- outcome: creates table public.notes_log_2025
-- outcome: creates table public.notes_log_2026
-- outcome: creates table public.notes_log_rest
