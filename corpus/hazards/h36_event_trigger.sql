-- expect: creates-event-trigger 4
create function notes_protect() returns event_trigger language plpgsql as $$
begin raise notice 'a table was made'; end $$;
create event trigger notes_protect on ddl_command_end execute function notes_protect();
-- outcome: creates function public.notes_protect()
-- outcome: fails event trigger public.notes_protect
