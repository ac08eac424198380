-- expect: grants-on-foreign-object 2
revoke usage on schema public from anon;
-- outcome: grants schema public
