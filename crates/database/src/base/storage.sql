-- Schema storage, as far as a project's policies and buckets need it: buckets, objects, and the functions
-- that take an object's path apart. It belongs to supabase_storage_admin.
set local role supabase_storage_admin;

create table storage.migrations (
  id integer primary key,
  name varchar(100) not null unique,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
  id text not null primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD'
);
create unique index bname on storage.buckets (name);

create table storage.objects (
  id uuid not null default gen_random_uuid() primary key,
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);

alter table storage.migrations enable row level security;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;

-- 'a/b/c.txt': {a,b}, c.txt and txt
create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
  steps text[] := string_to_array(name, '/');
begin
  return steps[1 : cardinality(steps) - 1];
end $$;
create function storage.filename(name text) returns text language plpgsql immutable as $$
declare
  steps text[] := string_to_array(name, '/');
begin
  return steps[cardinality(steps)];
end $$;
create function storage.extension(name text) returns text language plpgsql immutable as $$
declare
  pieces text[] := string_to_array(storage.filename(name), '.');
begin
  return pieces[cardinality(pieces)];
end $$;

set local role none;
