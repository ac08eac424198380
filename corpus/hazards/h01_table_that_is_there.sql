-- expect: skipped-different-shape 2
create table if not exists users (
  id uuid primary key, email text, is_anonymous boolean not null default false
);
-- outcome: skipped_different_shape table public.users
