-- why: made when it is first changed; $3, $5 and $7 say whether to set what is before them. A version that is named has
-- to be the present one, and 0 is that of a profile that is not there
insert into research_profiles as p (id, display_name, language, preferences)
select $1, case when $3 then $2 end, case when $5 then $4 end, case when $7 then $6 else '{}'::jsonb end
where coalesce($8::bigint, 0) = 0 or exists (select from research_profiles where id = $1)
on conflict (id) do update
set display_name = case when $3 then excluded.display_name else p.display_name end,
  language = case when $5 then excluded.language else p.language end,
  preferences = case when $7 then excluded.preferences else p.preferences end
where $8::bigint is null or p.version = $8
returning display_name, language, preferences, version, updated_at
