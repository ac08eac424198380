-- expect: statement-fails 2
create publication notes_everything for all tables;
-- outcome: fails publication public.notes_everything
