create policy "Everybody sees products" on shop.products for select to anon, authenticated using (true);
grant select on shop.products to anon, authenticated;

create policy "Customers see their orders" on shop.orders for select to authenticated
  using (customer_id = (select auth.uid()));
create policy "Customers see their lines" on shop.order_lines for select to authenticated
  using (order_id in (select o.id from shop.orders as o where o.customer_id = (select auth.uid())));
grant select on shop.orders, shop.order_lines to authenticated;

create function shop.place_order(wanted uuid) returns shop.order_state
language plpgsql security definer set search_path = '' as $$
declare
  mine shop.orders;
begin
  select * into mine from shop.orders as o
  where o.id = wanted and o.customer_id = (select auth.uid()) and o.state = 'cart'
  for update;
  if not found then
    raise exception 'no such cart' using errcode = 'no_data_found';
  end if;
  update shop.orders set state = 'ordered', placed_at = now() where id = wanted;
  return 'ordered';
end;
$$;
revoke execute on function shop.place_order(uuid) from public, anon;
grant execute on function shop.place_order(uuid) to authenticated;
