-- expect: drops-foreign-object 2
drop schema if exists public cascade;
create schema public;
