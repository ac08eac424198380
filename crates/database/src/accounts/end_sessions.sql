-- Ends a user's sessions, and with them their refresh tokens: all of them, one, or all but one.
delete from auth.sessions
where user_id = $1
  and case $3 when 'global' then true when 'local' then id = $2 else id <> $2 end
