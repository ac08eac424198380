-- why: what somebody careful writes, second half, in a transaction of its own: the rows that were there
alter table visits validate constraint visits_user_id_fkey;
