-- why: those that nobody used in time go with the next one
with expired as (
  delete from research_transfer_claims
  where user_id = $1 and transfer_id is null and expires_at < pg_catalog.now()
)
insert into research_transfer_claims (user_id, id, secret_hash) values ($1, $2, $3) returning expires_at
