-- why: who deletes it has used it, and nobody else does
delete from research_stream_tickets
where user_id = $1 and secret_hash = $2
returning claims, expires_at > pg_catalog.now() as is_good
