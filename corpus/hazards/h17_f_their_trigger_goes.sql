-- expect: statement-fails 2
drop trigger on_auth_user_created on auth.users;
-- outcome: fails trigger on_auth_user_created on auth.users
