-- expect: nothing
create table notes (id uuid primary key default gen_random_uuid(), title text not null);
create table notes_labels (id uuid primary key default gen_random_uuid(), label text not null unique);
create table notes_to_labels (
  note_id uuid not null references notes (id) on delete cascade,
  label_id uuid not null references notes_labels (id) on delete cascade,
  primary key (note_id, label_id)
);
create index notes_to_labels_label on notes_to_labels (label_id);
alter table notes enable row level security;
alter table notes_labels enable row level security;
alter table notes_to_labels enable row level security;
-- outcome: alters table public.notes
-- outcome: alters table public.notes_labels
-- outcome: alters table public.notes_to_labels
-- outcome: creates index public.notes_to_labels_label
-- outcome: creates table public.notes
-- outcome: creates table public.notes_labels
-- outcome: creates table public.notes_to_labels
