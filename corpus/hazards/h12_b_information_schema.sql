-- expect: guard-hides-collision 3
do $$ begin
  if not exists (select 1 from information_schema.tables where table_name = 'objects') then
    create table objects (id uuid primary key, label text);
    alter table objects enable row level security;
  end if;
end $$;
