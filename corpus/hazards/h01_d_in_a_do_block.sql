-- expect: skipped-different-shape 4
do $$
begin
  create table if not exists profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    username text unique,
    avatar_url text
  );
end
$$;
-- outcome: skipped_different_shape table public.profiles
