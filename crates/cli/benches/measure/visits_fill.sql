-- why: so many rows, each of them some user's, so that the key can be made
insert into visits (user_id, what)
select (users.ids)[1 + number % pg_catalog.cardinality(users.ids)], 'visit ' || number
from (select pg_catalog.array_agg(id) as ids from auth.users) as users, pg_catalog.generate_series(1, {rows}) as number;
