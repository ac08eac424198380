-- expect: alters-foreign-object 3
select nextval('job_numbers');
alter sequence job_numbers restart with 1;
