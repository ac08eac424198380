-- expect: replaces-foreign-object 2, trigger-column-missing 2
create or replace function update_updated_at_column() returns trigger language plpgsql as $$
begin new.modified_at := now(); return new; end $$;
-- outcome: replaces function public.update_updated_at_column()
