-- The token of a session that was not used yet.
select tokens.token, tokens.parent
from auth.refresh_tokens as tokens
where tokens.session_id = $1 and not tokens.revoked
order by tokens.id desc
limit 1
