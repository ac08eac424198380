//! Extensions of the platform have stand-ins, and storage and realtime answer.

use lodger_database::base;

use super::{answer, embedded, native};

#[tokio::test(flavor = "multi_thread")]
async fn storage_and_realtime_answer_what_policies_and_triggers_ask() {
    let database = native().await;
    let client = database.connect().await;
    let paths = "select storage.foldername('a/b/c.tar.gz'), storage.filename('a/b/c.tar.gz'),
      storage.extension('a/b/c.tar.gz')";
    assert_eq!(answer(&client, paths).await, ["(\"{a,b}\",c.tar.gz,gz)"]);
    client
        .batch_execute(
            "create table public.t (id int);
             create function public.tell() returns trigger language plpgsql security definer as $$
             begin
               perform realtime.broadcast_changes('t:1', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
               return null;
             end $$;
             create trigger tell after insert on public.t for each row execute function public.tell();
             insert into public.t values (7);
             select realtime.send('{\"a\": 1}', 'greeting', 't:2', false)",
        )
        .await
        .unwrap();
    let sent = "select topic, event, private, payload -> 'record' ->> 'id' from realtime.messages order by 1";
    assert_eq!(
        answer(&client, sent).await,
        ["(t:1,INSERT,t,7)", "(t:2,greeting,f,)"]
    );
    client
        .batch_execute("set realtime.topic = 't:1'")
        .await
        .unwrap();
    assert_eq!(answer(&client, "select realtime.topic()").await, ["(t:1)"]);
    let secret = "select vault.create_secret('s', 'name') is not null";
    assert_eq!(answer(&client, secret).await, ["(t)"]);
}

const STAND_INS: &[&str] = &[
    "http",
    "moddatetime",
    "pg_cron",
    "pg_graphql",
    "pg_net",
    "pg_stat_statements",
    "pgcrypto",
    "supabase_vault",
    "uuid-ossp",
];

/// What migrations do with these extensions; each is true.
const USES: &[&str] = &[
    "select uuid_generate_v4() <> uuid_generate_v4()",
    "select uuid_generate_v3(uuid_ns_dns(), 'python.org') = '6fa459ea-ee8a-3ca4-894e-db77e160355e'",
    "select uuid_generate_v5(uuid_ns_dns(), 'a')::text ~ '^.{14}5.{4}[89ab]'",
    "select crypt('word', stored) = stored and crypt('other', stored) <> stored and length(stored) = 60
     from crypt('word', gen_salt('bf')) as stored",
    "select encode(digest('abc', 'sha256'), 'hex')
       = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
    "select length(hmac('a', 'b', 'sha1')) = 20 and length(gen_random_bytes(33)) = 33",
    "select pgp_sym_decrypt(pgp_sym_encrypt('word', 'key'), 'key') = 'word'",
    "select cron.schedule('nightly', '0 3 * * *', 'select 1') = cron.schedule('nightly', '0 4 * * *', 'select 2')",
    "select schedule = '0 4 * * *' and username = session_user from cron.job",
    "select cron.unschedule('nightly')",
    "select net.http_post(url := 'http://example.test', body := '{}'::jsonb) is not null",
    "select (http_get('http://example.test')).status is null",
];

#[tokio::test(flavor = "multi_thread")]
async fn stand_ins_do_and_may_be_run_again() {
    let server = embedded().await;
    let client = &server.session().client;
    for extension in STAND_INS {
        let sql = base::stand_in(extension).unwrap();
        client.batch_execute(sql).await.unwrap();
        client.batch_execute(sql).await.unwrap();
    }
    assert!(base::stand_in("postgis").is_none());
    client
        .batch_execute("set search_path = public, extensions")
        .await
        .unwrap();
    for sql in USES {
        assert_eq!(answer(client, sql).await, ["(t)"], "{sql}");
    }
    client
        .batch_execute(
            "create table t (id int, changed timestamptz);
             create trigger t before update on t for each row execute function moddatetime(changed);
             insert into t values (1); update t set id = 2",
        )
        .await
        .unwrap();
    assert_eq!(
        answer(
            client,
            "select changed = now() or changed < now(), id from t"
        )
        .await,
        ["(t,2)"]
    );
}
