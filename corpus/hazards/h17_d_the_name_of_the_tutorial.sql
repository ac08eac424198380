-- expect: replaces-foreign-object 2
create or replace trigger "on_auth_user_created"
  after insert on "auth"."users" for each row execute procedure public.handle_new_user();
-- outcome: replaces trigger on_auth_user_created on auth.users
