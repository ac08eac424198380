-- expect: nothing
create table notes_counters (name text primary key, value bigint not null default 0);
alter table notes_counters enable row level security;
create function notes_count(counter text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare result bigint;
begin
  insert into public.notes_counters as c (name, value) values (counter, 1)
  on conflict (name) do update set value = c.value + 1
  returning value into result;
  return result;
end;
$$;
revoke execute on function notes_count(text) from public, anon;
grant execute on function notes_count(text) to authenticated;
-- outcome: alters table public.notes_counters
-- outcome: creates function public.notes_count(text)
-- outcome: creates table public.notes_counters
-- outcome: grants function public.notes_count(text)
