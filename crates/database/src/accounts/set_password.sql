-- Gives an account another password.
update auth.users set encrypted_password = $2, updated_at = pg_catalog.now() where id = $1
