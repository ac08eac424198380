-- expect: transaction-control 2, transaction-control 5
BEGIN;
CREATE TABLE notes (id uuid PRIMARY KEY);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
COMMIT;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
