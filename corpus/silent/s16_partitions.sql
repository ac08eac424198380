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
