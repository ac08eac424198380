-- expect: statement-fails 2
create publication notes_everything for all tables;
