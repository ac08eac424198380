-- expect: nothing
create table notes (id uuid primary key, title text);
alter table notes enable row level security;
do $$
declare
  one text;
begin
  foreach one in array array['welcome', 'help'] loop
    insert into notes (id, title) values (gen_random_uuid(), one);
  end loop;
end
$$;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: writes_rows table public.notes
