-- why: what somebody careful writes, first half: the key counts for new rows from now on
alter table visits
    add constraint visits_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade not valid;
