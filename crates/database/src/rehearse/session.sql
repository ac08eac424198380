-- why: how the session is before anybody is played, to go back to.
select pg_catalog.current_setting('search_path') as search_path,
       pg_catalog.current_setting('statement_timeout') as statement_timeout,
       pg_catalog.current_setting('role') as role,
       current_user::pg_catalog.text as user_name
