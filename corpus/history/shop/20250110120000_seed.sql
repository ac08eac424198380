insert into shop.products (sku, name, price, stock)
values
  ('mug', '{"en": "Mug", "de": "Becher"}', 1200, 40),
  ('cap', '{"en": "Cap", "de": "Kappe"}', 2400, 15)
on conflict (sku) do update set price = excluded.price, name = excluded.name;

do $$
declare
  size text;
begin
  foreach size in array array['s', 'm', 'l'] loop
    insert into shop.products (sku, name, price) values ('shirt-' || size, jsonb_build_object('en', 'Shirt ' || upper(size)), 3000);
  end loop;
end
$$;
