-- expect: skipped-different-shape 4
DO $$
BEGIN
    CREATE TYPE public.job_status AS ENUM ('pending', 'active');
EXCEPTION
    WHEN OTHERS THEN NULL;
END
$$;
-- outcome: skipped_different_shape type public.job_status
