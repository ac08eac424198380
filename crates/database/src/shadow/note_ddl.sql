-- A statement that ran no DDL cannot have changed the catalog: the snapshot after it is spared.
create schema lodger_shadow;
grant usage on schema lodger_shadow to public;
create function lodger_shadow.note() returns event_trigger language plpgsql as $note$
begin
    perform pg_catalog.set_config('lodger.ddl', 'yes', false);
end
$note$;
create event trigger lodger_note_ddl on ddl_command_end execute function lodger_shadow.note();
create event trigger lodger_note_drop on sql_drop execute function lodger_shadow.note();
