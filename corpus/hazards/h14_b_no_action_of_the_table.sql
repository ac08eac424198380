-- expect: foreign-key-without-cascade 5
CREATE TABLE public.notes (
  id uuid PRIMARY KEY,
  author uuid NOT NULL,
  FOREIGN KEY (author) REFERENCES auth.users
);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE INDEX notes_author ON public.notes (author);
