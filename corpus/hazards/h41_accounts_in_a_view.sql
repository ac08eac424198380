-- expect: auth-users-exposed 2
create view public.members as select id, email from auth.users;
grant select on public.members to authenticated;
-- outcome: creates view public.members
-- outcome: grants view public.members
