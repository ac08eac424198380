-- expect: auth-users-exposed 2
create materialized view member_counts as select id, created_at from auth.users;
grant select on member_counts to anon, authenticated;
-- outcome: creates view public.member_counts
-- outcome: grants view public.member_counts
