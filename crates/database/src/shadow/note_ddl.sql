-- What becomes part of an extension leaves no row behind that was just written, and what is removed none at all.
create schema lodger_shadow;
grant usage on schema lodger_shadow to public;
create function lodger_shadow.note() returns event_trigger language plpgsql as $note$
begin
    perform pg_catalog.set_config('lodger.removed', 'yes', false);
end
$note$;
create function lodger_shadow.note_drop() returns event_trigger language plpgsql as $note$
declare
    gone text;
begin
    select pg_catalog.string_agg(pg_catalog.concat_ws(':', o.classid, o.objid, o.objsubid), ' ')
    into gone
    from pg_catalog.pg_event_trigger_dropped_objects() as o;
    perform pg_catalog.set_config('lodger.dropped',
        pg_catalog.concat_ws(' ', pg_catalog.current_setting('lodger.dropped', true), gone), false);
end
$note$;
create event trigger lodger_note_extension on ddl_command_end
    when tag in ('CREATE EXTENSION', 'ALTER EXTENSION') execute function lodger_shadow.note();
create event trigger lodger_note_drop on sql_drop execute function lodger_shadow.note_drop();
