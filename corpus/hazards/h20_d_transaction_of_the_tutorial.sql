-- expect: transaction-control 2, drops-publication 3
begin;
  drop publication if exists supabase_realtime;
  create publication supabase_realtime;
commit;
-- outcome: creates publication supabase_realtime
-- outcome: drops publication supabase_realtime
