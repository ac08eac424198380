-- expect: bucket-upsert 4
do $$ begin
  insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)
    on conflict (id) do update set public = true;
end $$;
-- outcome: writes_rows table storage.buckets
