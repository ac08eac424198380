-- expect: skipped-different-shape 5
do $$
begin
  if to_regclass('public.users') is null then
    create table public.users (id uuid primary key, nickname text);
  end if;
end
$$;
-- outcome: skipped_different_shape table public.users
