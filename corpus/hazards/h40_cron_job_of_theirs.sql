-- expect: writes-foreign-rows 3
create extension if not exists pg_cron;
select cron.unschedule('nightly-clean-up');
