-- expect: transaction-control 2, transaction-control 5
BEGIN;
CREATE TABLE notes (id uuid PRIMARY KEY);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
COMMIT;
