-- One more step is done; with the last one the migration is finished.
update lodger.migrations
set steps_done = steps_done + 1,
    finished_at = case
        when steps_done + 1 >= pg_catalog.jsonb_array_length(steps) then pg_catalog.now()
    end
where project = $1 and version = $2
