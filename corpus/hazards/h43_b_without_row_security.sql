-- expect: sensitive-columns-exposed 4
create table people_cards (
  id uuid primary key,
  credit_card text
);
grant select on people_cards to anon;
-- outcome: creates table public.people_cards
-- outcome: grants table public.people_cards
