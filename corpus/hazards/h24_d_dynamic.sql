-- expect: writes-foreign-rows 2
do $$ begin
  execute 'update public.' || 'users' || ' set last_seen = now()';
end $$;
-- outcome: writes_rows table public.users
