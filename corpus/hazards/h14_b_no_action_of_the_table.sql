-- expect: foreign-key-without-cascade 5
CREATE TABLE public.notes (
  id uuid PRIMARY KEY,
  author uuid NOT NULL,
  FOREIGN KEY (author) REFERENCES auth.users
);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE INDEX notes_author ON public.notes (author);
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_author
-- outcome: creates table public.notes
