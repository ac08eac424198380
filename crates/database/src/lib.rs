//! What Postgres says and does.
