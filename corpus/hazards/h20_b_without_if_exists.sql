-- expect: drops-publication 2
DROP PUBLICATION "supabase_realtime";
CREATE PUBLICATION "supabase_realtime" WITH (publish = 'insert, update');
-- outcome: creates publication supabase_realtime
-- outcome: drops publication supabase_realtime
