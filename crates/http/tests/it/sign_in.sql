-- What the sign-in service that this one stands in for would have to read.
select
  count(*) as users,
  count(*) filter (
    where users.confirmation_token is null or users.recovery_token is null
      or users.email_change_token_new is null or users.email_change is null
      or users.instance_id is distinct from '00000000-0000-0000-0000-000000000000'
      or users.aud is null or users.role is null
      or users.created_at is null or users.updated_at is null
  ) as unreadable,
  count(*) filter (where not users.is_anonymous and identities.id is null) as without_identity,
  count(*) filter (where users.is_anonymous and identities.id is not null) as anonymous_with_identity,
  count(*) filter (where users.encrypted_password not like '$2b$10$%') as plain_passwords
from auth.users
left join auth.identities on identities.user_id = users.id
