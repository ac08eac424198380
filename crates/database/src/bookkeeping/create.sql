-- Lodger's bookkeeping in a shared database. The guards are sound here: the schema is Lodger's own, and
-- the advisory lock (one number for everybody) keeps two projects from creating it at the same time.
begin;
select pg_catalog.pg_advisory_xact_lock(5138690245211477);
create schema if not exists lodger;
comment on schema lodger is 'Lodger: each project''s migration history, and who brought in which object.';
create table if not exists lodger.migrations (
    project text not null,
    version text not null,
    name text not null,
    checksum text not null,
    -- the steps as planned, so that an interrupted migration goes on with what it began
    steps jsonb not null default '[]',
    steps_done integer not null default 0,
    baseline boolean not null default false,
    started_at timestamptz not null default pg_catalog.now(),
    finished_at timestamptz,
    primary key (project, version)
);
create table if not exists lodger.objects (
    -- the kind of catalog that the oid is of, and the oid: one object, whatever it is called
    class text not null,
    oid oid not null,
    project text not null,
    version text,
    -- what it was called when it was claimed, for people
    identity text not null,
    claimed_at timestamptz not null default pg_catalog.now(),
    primary key (class, oid)
);
commit;
