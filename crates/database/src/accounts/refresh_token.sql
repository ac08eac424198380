-- A refresh token, and whether it is so fresh that its answer may have got lost on the way.
select
  tokens.revoked,
  tokens.updated_at + pg_catalog.make_interval(secs => $2) > pg_catalog.clock_timestamp() as just_used
from auth.refresh_tokens as tokens
where tokens.token = $1
