-- expect: replaces-foreign-object 2
do $outer$ begin
  execute 'create or replace function public.' || quote_ident('update_updated_at_column') || '() returns trigger
    language plpgsql as $f$ begin new.updated_at := now(); return new; end $f$';
end $outer$;
-- outcome: replaces function public.update_updated_at_column()
