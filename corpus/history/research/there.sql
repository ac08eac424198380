-- A chat beside the job board, with an enum of a name that this history wants too, in another schema.
create schema chat;
create type chat.session_status as enum ('open', 'closed');
create table public.old_notes (id uuid primary key, body text);
