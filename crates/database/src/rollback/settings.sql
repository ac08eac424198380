-- Saving rows may take long, and must see all of them or fail: never what a policy lets through. Values
-- are printed so that any server reads them the same way. All of it holds for this transaction only.
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local row_security = off;
set local search_path = '';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
