-- expect: skipped-different-shape 3
ALTER TABLE public.users
  ADD COLUMN IF NOT EXISTS email varchar(255),
  ADD COLUMN IF NOT EXISTS role text NOT NULL DEFAULT 'member';
-- outcome: alters table public.users
