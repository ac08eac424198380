-- Stands in for moddatetime: the trigger function that writes the time into the column it is told.
create or replace function extensions.moddatetime() returns trigger language plpgsql as $$
begin
  return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], now()));
end $$;
