-- expect: skipped-different-shape 4
create table public.notes (id uuid primary key, user_email text);
alter table public.notes enable row level security;
CREATE UNIQUE INDEX IF NOT EXISTS USERS_EMAIL_LOWER_IDX ON public.notes (lower(user_email));
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: skipped_different_shape index public.users_email_lower_idx
