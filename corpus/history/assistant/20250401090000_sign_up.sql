create function assistant_new_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.assistant_profiles (id, display_name)
  values (new.id, coalesce(new.raw_user_meta_data ->> 'full_name', split_part(new.email, '@', 1)));
  return new;
exception when others then
  raise warning 'no profile for %: %', new.id, sqlerrm;
  return new;
end;
$$;
revoke execute on function assistant_new_profile() from public, anon, authenticated;
create trigger assistant_new_profile after insert on auth.users
  for each row execute function assistant_new_profile();
