-- expect: definer-function-callable 2
create function public.delete_all_notes() returns void
language sql security definer set search_path = '' as $$ select 1 $$;
-- outcome: creates function public.delete_all_notes()
