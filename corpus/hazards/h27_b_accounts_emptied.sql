-- expect: writes-foreign-rows 2, drops-with-cascade 2
truncate auth.users cascade;
