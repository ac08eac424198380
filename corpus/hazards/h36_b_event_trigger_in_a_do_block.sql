-- expect: creates-event-trigger 5
create function notes_watch() returns event_trigger language plpgsql set search_path = '' as $$
begin perform pg_notify('pgrst', 'reload schema'); end $$;
do $$ begin
  create event trigger "notes_watch" on sql_drop execute function notes_watch();
end $$;
-- outcome: creates function public.notes_watch()
-- outcome: fails event trigger public.notes_watch
