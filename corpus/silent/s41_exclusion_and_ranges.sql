-- expect: nothing
create extension if not exists btree_gist with schema extensions;
create table notes_bookings (
  id uuid primary key default gen_random_uuid(),
  room int not null,
  during tstzrange not null,
  exclude using gist (room with =, during with &&)
);
alter table notes_bookings enable row level security;
