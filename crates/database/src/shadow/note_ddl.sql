-- What is removed, and what becomes part of an extension, leaves no row behind that was just written.
create schema lodger_shadow;
grant usage on schema lodger_shadow to public;
create function lodger_shadow.note() returns event_trigger language plpgsql as $note$
begin
    perform pg_catalog.set_config('lodger.removed', 'yes', false);
end
$note$;
create event trigger lodger_note_extension on ddl_command_end
    when tag in ('CREATE EXTENSION', 'ALTER EXTENSION') execute function lodger_shadow.note();
create event trigger lodger_note_drop on sql_drop execute function lodger_shadow.note();
