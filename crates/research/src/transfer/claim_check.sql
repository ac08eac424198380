-- why: found only by all of it: whose, which, and the hash of the secret
select expires_at < pg_catalog.now() as expired, transfer_id
from research_transfer_claims
where user_id = $1 and id = $2 and secret_hash = $3
