-- expect: drops-foreign-object 2, grants-on-foreign-object 2
drop owned by authenticated;
