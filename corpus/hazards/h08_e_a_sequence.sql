-- expect: drops-foreign-object 2, alters-foreign-object 2
drop sequence if exists job_numbers cascade;
