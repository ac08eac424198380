-- why: users may not read auth.users; the function gives each its own row
select id, email, is_anonymous, created_at, last_sign_in_at from research_own_account()
