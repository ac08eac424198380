-- expect: skipped-different-shape 2
create table if not exists active_users (id uuid primary key, seen_at timestamptz);
-- outcome: skipped_different_shape view public.active_users
