-- expect: search-path-change 6, skipped-different-shape 7
-- there:
create schema billing;
create table billing.invoices (id uuid primary key, total numeric);
-- migration: 20251103090000_invoices.sql
SET search_path TO billing, public;
CREATE TABLE IF NOT EXISTS invoices (id uuid PRIMARY KEY, number text);
-- outcome: skipped_different_shape table billing.invoices
