-- why: only on a throw-away database. New objects give nobody anything, so that what stands on them
-- afterwards is what the migrations granted. (PUBLIC's built-in rights are a default like any other.)
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
