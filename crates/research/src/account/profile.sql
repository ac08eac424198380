-- why: there may be none: of those who were there before the store, or whose sign-up could not make one
select display_name, language, preferences, version, updated_at from research_profiles where id = $1
