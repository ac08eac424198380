-- expect: skipped-different-shape 2
do $$
declare
  wanted text := 'users';
begin
  execute format('create table if not exists public.%I (id uuid primary key, is_anonymous boolean)', wanted);
end
$$;
-- outcome: skipped_different_shape table public.users
