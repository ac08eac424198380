-- Stands in for http: same types and signatures. No request leaves a throw-away database, so
-- every answer is null.
do $$
begin
  if to_regtype('extensions.http_method') is null then
    create domain extensions.http_method as text;
    create type extensions.http_header as (field varchar, value varchar);
    create type extensions.http_request as (
      method extensions.http_method,
      uri varchar,
      headers extensions.http_header[],
      content_type varchar,
      content varchar
    );
    create type extensions.http_response as (
      status integer,
      content_type varchar,
      headers extensions.http_header[],
      content varchar
    );
  end if;
end $$;

create or replace function extensions.http_header(field varchar, value varchar)
  returns extensions.http_header language sql as $$ select field, value $$;
create or replace function extensions.http(request extensions.http_request)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_get(uri varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_get(uri varchar, data jsonb)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_post(uri varchar, content varchar, content_type varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_post(uri varchar, data jsonb)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_put(uri varchar, content varchar, content_type varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_patch(uri varchar, content varchar, content_type varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_delete(uri varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_head(uri varchar)
  returns extensions.http_response language sql as $$ select null::extensions.http_response $$;
create or replace function extensions.http_set_curlopt(curlopt varchar, value varchar)
  returns boolean language sql as $$ select true $$;
create or replace function extensions.http_reset_curlopt()
  returns boolean language sql as $$ select true $$;
create or replace function extensions.urlencode(string varchar) returns text
  language sql immutable strict as $$ select string $$;
