//! Tests of the parser: places, kinds, mentions, laws.

use proptest::prelude::*;

use super::*;

fn parse(sql: &str) -> Migration {
    parse_migration("1", "test", "1_test.sql", sql.as_bytes())
}

/// Each mention as `role kind name [of table] "text"`.
fn mentions(sql: &str) -> Vec<String> {
    let migration = parse(sql);
    let all = migration.statements.iter().flat_map(|it| &it.mentions);
    all.map(|it| {
        let name = |it: &crate::statement::QualifiedName| match &it.schema {
            Some(schema) => format!("{schema}.{}", it.name),
            None => it.name.clone(),
        };
        let table = it
            .table
            .as_ref()
            .map_or(String::new(), |it| format!(" of {}", name(it)));
        let kind = it.kind.map_or("?", crate::object::ObjectKind::as_str);
        let text = migration.text.get(it.span.start..it.span.end).unwrap();
        format!("{:?} {kind} {}{table} {text:?}", it.role, name(&it.name))
    })
    .collect()
}

#[test]
fn statements_have_places_without_their_semicolons() {
    let migration =
        parse("-- first\nselect 1 ; /* é */ select\n 2;;\n\n  create table t (a int) -- end\n");
    let found: Vec<_> = migration
        .statements
        .iter()
        .map(|it| (it.line, it.column, it.text.as_str(), it.kind.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (2, 1, "select 1", "select"),
            (2, 20, "select\n 2", "select"),
            (5, 3, "create table t (a int)", "create_table"),
        ]
    );
}

#[test]
fn semicolons_in_bodies_and_rules_do_not_cut() {
    let sql = "create function f() returns int begin atomic select 1; select 2; end; create rule r as on insert to t do also (delete from a; delete from b); do $$ begin null; end $$; create schema x create table a (id int) create table b (id int); select 1";
    let migration = parse(sql);
    let kinds: Vec<_> = migration
        .statements
        .iter()
        .map(|it| it.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "create_function",
            "create_rule",
            "do",
            "create_schema",
            "select"
        ]
    );
    assert_eq!(migration.syntax_errors, []);
}

#[test]
fn transaction_modes() {
    use TransactionMode::{Alone, Control, Inside};
    let cases = [
        ("create index concurrently i on t (a)", Alone),
        ("create index i on t (a)", Inside),
        ("drop index concurrently i", Alone),
        ("reindex (concurrently) table t", Alone),
        ("reindex schema public", Alone),
        ("reindex table t", Inside),
        ("vacuum full t", Alone),
        ("cluster", Alone),
        ("cluster t using i", Inside),
        ("alter system set x = 1", Alone),
        ("create database d", Alone),
        ("alter table p detach partition c concurrently", Alone),
        ("refresh materialized view concurrently v", Inside),
        ("begin", Control),
        ("start transaction", Control),
        ("end", Control),
        ("abort", Control),
        ("prepare transaction 'x'", Control),
        ("savepoint s", Inside),
        ("rollback to savepoint s", Inside),
    ];
    for (sql, expected) in cases {
        assert_eq!(parse(sql).statements[0].transaction, expected, "{sql}");
    }
}

#[test]
fn guards_and_replacements_are_seen() {
    let flags = |sql: &str| {
        let it = &parse(sql).statements[0];
        (it.guarded, it.or_replace)
    };
    assert_eq!(flags("create table if not exists t ()"), (true, false));
    assert_eq!(
        flags("alter table t add column if not exists c int"),
        (true, false)
    );
    assert_eq!(flags("drop table if exists t"), (true, false));
    assert_eq!(flags("create or replace view v as select 1"), (false, true));
    assert_eq!(flags("create table t ()"), (false, false));
}

#[test]
fn foreign_keys_span_from_the_word_references() {
    insta::assert_debug_snapshot!(mentions(
        "create table s (u uuid not null constraint k references users (id) on delete cascade, foreign key (u) references \"Auth\".users (id) match full not valid);\nalter table s add column v uuid references w, add constraint c foreign key (v) references x.y (a, b);"
    ));
}

#[test]
fn mentions_of_ordinary_ddl() {
    insta::assert_debug_snapshot!(mentions(
        "create or replace function app.f(a int) returns trigger language plpgsql as $$ begin perform hidden(); return new; end $$;
create trigger tr before update on public.t for each row execute function app.f();
create policy \"p 1\" on t using ((select auth.uid()) = user_id);
create unique index i on public.t (lower(a));
create or replace view v as with c as (select 1) select * from c, auth.users;
alter table t add column c int, drop column d cascade, drop constraint k, alter e set not null, enable row level security;
alter table t rename to t2;
comment on column s.t.a is 'x';
comment on trigger tr on t is 'x';
create publication p for table a, b.c;
alter publication supabase_realtime add table x;"
    ));
}

#[test]
fn mentions_of_drops_grants_and_rows() {
    insta::assert_debug_snapshot!(mentions(
        "drop table if exists a, b.c cascade;
drop function f(int), g;
drop policy p on t;
drop trigger tr on auth.users;
drop type m; drop index i; drop role r; drop owned by r2; drop schema s;
grant select on t, u to anon;
grant execute on function f(int) to anon;
grant all on all tables in schema public to anon;
alter default privileges in schema public grant select on tables to anon;
alter role authenticator set pgrst.db_schemas = 'a';
insert into storage.buckets (id) values (gen_random_uuid()) on conflict do nothing;
update t set a = 1 from u; delete from only t using w; truncate a, b;
merge into t using s on true when matched then delete;
copy t from '/x'; copy t to '/x'; call pp(1); refresh materialized view mv;
select cron.schedule('a', '* * * * *', 'select 1');"
    ));
}

#[test]
fn do_blocks_are_looked_into() {
    insta::assert_debug_snapshot!(mentions(
        "do $x$ begin if not exists (select from pg_tables where tablename = 'buckets') then create table public.buckets (o uuid references auth.users (id)); end if; end $x$"
    ));
}

#[test]
fn what_only_psql_knows_is_an_error_and_the_rest_is_read() {
    let migration = parse(
        "\\set ON_ERROR_STOP on\nselect 'it''s';\n  \\echo it's\ncopy t from stdin;\n1\tit's\n\\.\nselect 2;",
    );
    let kinds: Vec<_> = migration
        .statements
        .iter()
        .map(|it| it.text.as_str())
        .collect();
    assert_eq!(kinds, ["select 'it''s'", "copy t from stdin", "select 2"]);
    let errors: Vec<_> = migration
        .syntax_errors
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].contains("`\\set`"));
    assert!(errors[2].contains("COPY"));
}

#[test]
fn a_mistake_is_reported_once_per_statement() {
    let migration = parse("create tble x (a int);\nselect 1;\ncreate table y (a int");
    let places: Vec<_> = migration
        .syntax_errors
        .iter()
        .map(|it| (migration.location(it.span).line, it.message.as_str()))
        .collect();
    assert_eq!(places.len(), 2, "{places:?}");
    assert_eq!((places[0].0, places[1].0), (1, 3));
    assert_eq!(migration.statements[0].kind.as_str(), "create_tble");
}

#[test]
fn names_fold_and_are_cut_like_in_postgres() {
    let long = "x".repeat(70);
    let migration = parse(&format!(
        "create table \"A b\" (); create table ABC (); create table {long} ();"
    ));
    let names: Vec<_> = migration
        .statements
        .iter()
        .map(|it| it.mentions[0].name.name.clone())
        .collect();
    assert_eq!(names, ["A b".to_owned(), "abc".to_owned(), "x".repeat(63)]);
}

/// Text that looks enough like SQL to reach deep into the parser.
fn sqlish() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "create",
        "table",
        "if",
        "not",
        "exists",
        "or",
        "replace",
        "function",
        "users",
        "auth.users",
        "(",
        ")",
        ";",
        ",",
        ".",
        "'",
        "\"",
        "$$",
        "$x$",
        "--",
        "/*",
        "*/",
        "\n",
        "references",
        "on",
        "delete",
        "cascade",
        "do",
        "begin",
        "atomic",
        "end",
        "as",
        "language",
        "sql",
        "plpgsql",
        "é",
        "select",
        "from",
        "\\c x\n",
        "copy t from stdin;\n1\n\\.\n",
        "alter",
        "add",
        "constraint",
        "foreign",
        "key",
        "policy",
        "trigger",
        "execute",
        "1",
        "U&\"a\\0041\"",
        "E'\\'",
        "index",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

fn laws_hold(text: &str) {
    let migration = parse(text);
    let mut end = 0;
    for (index, statement) in migration.statements.iter().enumerate() {
        let span = statement.span;
        assert_eq!(statement.index, index);
        assert!(
            span.start >= end && span.end >= span.start,
            "{span:?} after {end}"
        );
        assert_eq!(
            migration.text.get(span.start..span.end),
            Some(statement.text.as_str())
        );
        assert_eq!(migration.location(span).line, statement.line);
        assert_eq!(migration.location(span).column, statement.column);
        for mention in &statement.mentions {
            assert!(mention.span.start >= span.start && mention.span.end <= span.end);
            assert!(
                migration
                    .text
                    .get(mention.span.start..mention.span.end)
                    .is_some()
            );
        }
        end = span.end;
    }
    assert!(end <= migration.text.len());
    let between = gaps(&migration);
    let mut rebuilt = String::new();
    for (gap, statement) in between.iter().zip(&migration.statements) {
        rebuilt.push_str(gap);
        rebuilt.push_str(&statement.text);
    }
    rebuilt.push_str(between.last().unwrap());
    assert_eq!(rebuilt, migration.text);
    let _ = (
        words(text),
        without_concurrently(text),
        with_not_valid(text),
        new_old_columns(text),
    );
}

/// What stands before each statement, and after the last.
fn gaps(migration: &Migration) -> Vec<&str> {
    let mut from = 0;
    let mut gaps = Vec::new();
    for statement in &migration.statements {
        gaps.push(&migration.text[from..statement.span.start]);
        from = statement.span.end;
    }
    gaps.push(&migration.text[from..]);
    gaps
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_parsed_without_loss(text in "\\PC{0,200}") {
        laws_hold(&text);
    }

    #[test]
    fn anything_like_sql_is_parsed_without_loss(text in sqlish()) {
        laws_hold(&text);
    }

    #[test]
    fn without_errors_only_spaces_and_semicolons_stand_between_statements(count in 1_usize..20) {
        let sql = "select 1 ; \n".repeat(count);
        let migration = parse(&sql);
        prop_assert_eq!(migration.statements.len(), count);
        for gap in gaps(&migration) {
            prop_assert!(gap.chars().all(|c| c.is_whitespace() || c == ';'));
        }
    }
}
