-- why: what people write; whoever makes it in one transaction reads all rows while nobody can sign in
alter table visits
    add constraint visits_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade;
