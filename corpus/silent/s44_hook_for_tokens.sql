-- expect: nothing
create function notes_token_hook(event jsonb) returns jsonb language plpgsql stable set search_path = '' as $$
begin
  return jsonb_set(event, '{claims,notes_plan}', '"free"');
end;
$$;
grant execute on function notes_token_hook(jsonb) to supabase_auth_admin;
revoke execute on function notes_token_hook(jsonb) from authenticated, anon, public;
-- outcome: creates function public.notes_token_hook(jsonb)
-- outcome: grants function public.notes_token_hook(jsonb)
