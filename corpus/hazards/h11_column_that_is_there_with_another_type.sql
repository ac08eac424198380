-- expect: skipped-different-shape 2
alter table users add column if not exists total_jobs text not null default 'none';
