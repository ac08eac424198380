-- why: with an empty search path every name comes back qualified, and the other settings are those
-- that change how expressions are printed. Compiling such short queries (jit) costs more than it saves,
-- and so do parallel workers, which know nothing yet of the tables whose expressions they print.
-- Printing an expression waits for whoever has its table locked; not for ever.
-- All of it holds until the end of the (sub)transaction only.
select pg_catalog.set_config('search_path', '', true),
       pg_catalog.set_config('lock_timeout',
         case pg_catalog.current_setting('lock_timeout')
           when '0' then '15s'
           else pg_catalog.current_setting('lock_timeout')
         end, true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('datestyle', 'ISO, YMD', true),
       pg_catalog.set_config('intervalstyle', 'postgres', true),
       pg_catalog.set_config('timezone', 'UTC', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
