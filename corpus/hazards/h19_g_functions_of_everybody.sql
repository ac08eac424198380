-- expect: grants-on-all-tables 2
grant execute on all functions in schema public to anon;
-- outcome: grants function public.handle_new_user()
-- outcome: grants function public.update_updated_at_column()
