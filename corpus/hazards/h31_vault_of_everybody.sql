-- expect: writes-foreign-rows 2, writes-foreign-rows 3
delete from vault.secrets;
update vault.secrets set secret = 'x' where name = 'service_role_key';
