-- expect: nothing
create extension if not exists pg_net with schema extensions;
create table notes_events (id uuid primary key, payload jsonb not null);
alter table notes_events enable row level security;
create function notes_send_event() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform net.http_post(
    url := 'https://hooks.example.test/notes',
    body := new.payload,
    headers := jsonb_build_object('Content-Type', 'application/json')
  );
  return new;
end;
$$;
revoke execute on function notes_send_event() from public, anon, authenticated;
create trigger notes_events_send after insert on notes_events for each row execute function notes_send_event();
