-- expect: nothing
create sequence notes_numbers start 1000;
create table notes_tickets (number bigint primary key default nextval('notes_numbers'), title text not null);
alter sequence notes_numbers owned by notes_tickets.number;
alter table notes_tickets enable row level security;
-- outcome: alters sequence public.notes_numbers
-- outcome: alters table public.notes_tickets
-- outcome: creates sequence public.notes_numbers
-- outcome: creates table public.notes_tickets
