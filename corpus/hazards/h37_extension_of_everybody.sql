-- expect: ban-drop-extension 2
drop extension if exists "uuid-ossp" cascade;
