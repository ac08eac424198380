-- pgmq is not at hand on every server: what it does is said to be not evaluated, and the rest goes on
select pgmq.create('assistant_embeddings');

create table assistant_jobs (
  id bigint generated always as identity primary key,
  section_id bigint not null references assistant_sections (id) on delete cascade,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  tries smallint not null default 0
);
create index assistant_jobs_section on assistant_jobs (section_id);
create index assistant_jobs_waiting on assistant_jobs (id) where state = 'waiting';
alter table assistant_jobs enable row level security;

create function assistant_enqueue() returns trigger language plpgsql set search_path = '' as $$
begin
  insert into public.assistant_jobs (section_id) values (new.id);
  return new;
end;
$$;
create trigger assistant_enqueue after insert on assistant_sections
  for each row execute function assistant_enqueue();
