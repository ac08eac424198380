-- expect: skipped-different-shape 2, custom-users-table 2
CREATE TABLE IF NOT EXISTS "public"."users" (
  "id" UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "username" TEXT UNIQUE NOT NULL,
  "password_hash" TEXT
);
-- outcome: skipped_different_shape table public.users
