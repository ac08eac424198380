-- expect: drops-with-cascade 2
drop owned by postgres cascade;
