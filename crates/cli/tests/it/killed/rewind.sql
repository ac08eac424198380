-- Back to where only the first migration is applied.
drop table if exists public.labels;
drop function if exists public.labels_touch();
drop type if exists public.label_color;
drop index if exists public.notes_user_id_idx, public.notes_body_idx;
alter table public.notes
  drop constraint if exists notes_user_id_fkey, drop column if exists pinned, drop column if exists starred;
comment on table public.notes is null;
delete from lodger.migrations where version > '1';
delete from lodger.objects where version > '1';
