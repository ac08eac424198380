-- expect: writes-foreign-rows 2, writes-foreign-rows 4
MERGE INTO users AS u USING (SELECT max(email) FROM users) AS s (email) ON u.email = s.email
WHEN MATCHED THEN UPDATE SET last_seen = now();
UPDATE ONLY "public"."jobs" AS j SET payload = '{}' FROM users WHERE users.id = j.user_id;
-- outcome: writes_rows table public.jobs
-- outcome: writes_rows table public.users
