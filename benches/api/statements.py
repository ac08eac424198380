"""What peer.py asks: the same as the store does."""

WHO = "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)"
SESSION = """
id, user_id, title, status::text, language, parameters, archived_at, version,
  file_count::bigint, total_size_bytes, created_at, updated_at
"""
LIST = f"""
select {SESSION} from research.research_sessions
where user_id = $1 and archived_at is null
order by created_at desc, id desc limit $2
"""
GET = f"select {SESSION} from research.research_sessions where user_id = $1 and id = $2"
CREATE = f"""
insert into research.research_sessions (user_id, title, language, parameters)
values ($1, $2, $3, $4) returning {SESSION}
"""
DRAFT = """
with session as (
  select s.user_id, s.id from research.research_sessions as s where s.user_id = $1 and s.id = $2
)
insert into research.draft_files as d
  (session_id, user_id, stage, file_path, size_bytes, sha256, media_type, content)
select session.id, session.user_id, $3::text::research.research_stage, $4, $5, $6, 'text/markdown', $7 from session
on conflict (user_id, session_id, file_path) do update
set stage = excluded.stage, size_bytes = excluded.size_bytes, sha256 = excluded.sha256, content = excluded.content,
  detected_at = now()
returning d.id, d.session_id, d.user_id, d.stage::text, d.file_path, d.size_bytes, d.sha256, d.media_type,
  d.language, d.content is not null as has_content, d.detected_at
"""
LOCK = "select id, is_anonymous from auth.users where id in ($1, $2) order by id for update"
GIVE = "select transfer_id from research.research_transferred_users where user_id = $1"
TRANSFER = """
with moved as (
  update research.research_sessions set user_id = $2 where user_id = $1 returning id, file_count, total_size_bytes
)
insert into research.research_transfers (user_id, source_id, proof, sessions, files, bytes, session_ids)
select $2, $1, 'token', count(*), coalesce(sum(file_count), 0), coalesce(sum(total_size_bytes), 0),
  coalesce(array_agg(id order by id), '{}')
from moved returning id, user_id, source_id, sessions, files, bytes, created_at, undo_until
"""
MARK = "insert into research.research_transferred_users (user_id, transfer_id, receiver_id) values ($1, $2, $3)"
