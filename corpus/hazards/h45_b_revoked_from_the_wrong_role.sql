-- expect: definer-function-callable 2
create function "public"."make_admin"(who uuid) returns boolean
language plpgsql security definer set search_path = '' as $$ begin return true; end $$;
revoke execute on function make_admin(uuid) from anon;
-- outcome: creates function public.make_admin(uuid)
