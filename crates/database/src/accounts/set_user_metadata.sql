-- What the owner of an account keeps there.
update auth.users set raw_user_meta_data = $2, updated_at = pg_catalog.now() where id = $1
