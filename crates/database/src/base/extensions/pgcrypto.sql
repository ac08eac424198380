-- Stands in for pgcrypto: same signatures, same types, same lengths, NO protection. A digest that core
-- Postgres lacks is made from SHA-512; crypt() is not slow; what is "encrypted" can be read by
-- anybody. It is for throw-away databases, in which no secret may be kept.
create or replace function extensions.digest(bytea, text) returns bytea
  language plpgsql immutable strict parallel safe as $$
begin
  return case lower($2)
    when 'md5' then decode(md5($1), 'hex')
    when 'sha1' then substring(sha512($1) for 20)
    when 'sha224' then sha224($1)
    when 'sha256' then sha256($1)
    when 'sha384' then sha384($1)
    when 'sha512' then sha512($1)
  end;
end $$;
create or replace function extensions.digest(text, text) returns bytea
  language sql immutable strict parallel safe
  as $$ select extensions.digest(convert_to($1, 'UTF8'), $2) $$;
create or replace function extensions.hmac(bytea, bytea, text) returns bytea
  language sql immutable strict parallel safe
  as $$ select extensions.digest($2 || $1, $3) $$;
create or replace function extensions.hmac(text, text, text) returns bytea
  language sql immutable strict parallel safe
  as $$ select extensions.hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3) $$;

-- the salt comes back in front of the result, so that crypt(word, stored) = stored tells a password
create or replace function extensions.gen_salt(text, integer) returns text
  language plpgsql strict parallel safe as $$
declare
  noise text := replace(gen_random_uuid()::text, '-', '');
begin
  return case lower($1)
    when 'bf' then '$2a$' || lpad($2::text, 2, '0') || '$' || left(noise, 22)
    when 'md5' then '$1$' || left(noise, 8)
    when 'xdes' then '_' || left(noise, 8)
    else left(noise, 2)
  end;
end $$;
create or replace function extensions.gen_salt(text) returns text
  language sql strict parallel safe
  as $$ select extensions.gen_salt($1, 6) $$;
create or replace function extensions.crypt(text, text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  salt text := coalesce(
    substring($2 from '^\$2[axy]\$\d\d\$.{22}'), substring($2 from '^\$1\$[^$]{1,8}'),
    substring($2 from '^_.{8}'), left($2, 2));
begin
  return salt || left(md5($1 || salt), 31);
end $$;

create or replace function extensions.gen_random_bytes(integer) returns bytea
  language sql strict parallel safe as $$
    select substring(string_agg(uuid_send(gen_random_uuid()), ''::bytea) for $1)
    from generate_series(0, $1 / 16)
  $$;
create or replace function extensions.encrypt(bytea, bytea, text) returns bytea
  language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function extensions.decrypt(bytea, bytea, text) returns bytea
  language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function extensions.encrypt_iv(bytea, bytea, bytea, text) returns bytea
  language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function extensions.decrypt_iv(bytea, bytea, bytea, text) returns bytea
  language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function extensions.pgp_sym_encrypt(text, text, text default '') returns bytea
  language sql strict parallel safe as $$ select convert_to($1, 'UTF8') $$;
create or replace function extensions.pgp_sym_decrypt(bytea, text, text default '') returns text
  language sql immutable strict parallel safe as $$ select convert_from($1, 'UTF8') $$;
create or replace function extensions.pgp_sym_encrypt_bytea(bytea, text, text default '') returns bytea
  language sql strict parallel safe as $$ select $1 $$;
create or replace function extensions.pgp_sym_decrypt_bytea(bytea, text, text default '') returns bytea
  language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function extensions.armor(bytea) returns text
  language sql immutable strict parallel safe as $$ select encode($1, 'base64') $$;
create or replace function extensions.dearmor(text) returns bytea
  language sql immutable strict parallel safe as $$ select decode($1, 'base64') $$;
