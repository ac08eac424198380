-- expect: grants-on-all-tables 2
revoke all on all tables in schema public from authenticated;
