-- How the owner of an account can prove who they are, the oldest first.
select
  identities.id, identities.provider_id, identities.provider, identities.identity_data, identities.email,
  identities.last_sign_in_at, identities.created_at, identities.updated_at
from auth.identities
where identities.user_id = $1
order by identities.created_at, identities.id
