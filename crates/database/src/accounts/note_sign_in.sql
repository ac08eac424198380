-- When the account's owner was last here.
update auth.users set last_sign_in_at = pg_catalog.now(), updated_at = pg_catalog.now() where id = $1
