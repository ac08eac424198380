-- expect: foreign-key-to-auth-unique 2, statement-fails 2
create table notes (id uuid primary key, email text references auth.users (email));
-- outcome: fails table public.notes
