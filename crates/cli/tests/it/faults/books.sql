-- What Lodger's history and claims say, without the times.
select pg_catalog.jsonb_build_object(
  'migrations', (
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_array(version, steps_done, finished_at is not null) order by version
    )
    from lodger.migrations
  ),
  'claims', (select pg_catalog.jsonb_agg(identity order by identity) from lodger.objects)
)::text
