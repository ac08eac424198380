-- A block drops a schema that is not empty.
-- standing: nobody
create schema if not exists shop;
create domain shop.mood as text check (value <> '');
-- migration
do $do$ begin drop schema shop; end $do$;
