create policy assistant_profiles_own on assistant_profiles for select to authenticated
  using (id = (select auth.uid()));
create policy assistant_profiles_change on assistant_profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
create policy assistant_documents_own on assistant_documents to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy assistant_sections_own on assistant_sections for select to authenticated
  using (owner_id = (select auth.uid()));
grant select, update (display_name, settings) on assistant_profiles to authenticated;
grant select, insert, delete on assistant_documents to authenticated;
grant select on assistant_sections to authenticated;

create function assistant_match(query extensions.vector(8), threshold float, most int)
returns setof assistant_sections
language sql stable set search_path = '' as $$
  select s.* from public.assistant_sections as s
  where s.embedding operator(extensions.<#>) query < -threshold
  order by s.embedding operator(extensions.<#>) query
  limit least(most, 100)
$$;
