-- How the owner of a session proved who they are, the latest first.
select claims.authentication_method, claims.updated_at
from auth.mfa_amr_claims as claims
where claims.session_id = $1
order by claims.updated_at desc
