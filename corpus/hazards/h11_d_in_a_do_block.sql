-- expect: guard-hides-collision 4
do $$ begin
  if not exists (
    select from information_schema.columns where table_name = 'jobs' and column_name = 'status'
  ) then
    alter table jobs add column status text not null default 'new';
  end if;
end $$;
