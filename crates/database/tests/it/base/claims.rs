//! What a token claims is read as the platform reads it.

use super::{answer, native};

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_are_read_as_the_platform_reads_them() {
    let database = native().await;
    let client = database.connect().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let json = format!(r#"{{"sub": "{id}", "role": "authenticated", "email": "a@example.test"}}"#);
    // claims, older setting of the subject, then uid and jwt, or the refusal
    let cases = [
        (None, None, Ok(("-", "-"))),
        (Some(""), Some(""), Ok(("-", "-"))),
        (Some(json.as_str()), None, Ok((id, "authenticated"))),
        (
            Some(json.as_str()),
            Some("99999999-2222-4333-8444-555555555555"),
            Ok(("99999999-2222-4333-8444-555555555555", "authenticated")),
        ),
        (Some(json.as_str()), Some(""), Ok((id, "authenticated"))),
        (Some("null"), None, Ok(("-", "-"))),
        (Some(r#"{"sub": "abc"}"#), None, Err("22P02")),
        (Some(r#"{"sub": ""}"#), None, Err("22P02")),
        (Some("no json"), None, Err("22P02")),
    ];
    for (claims, subject, expected) in cases {
        client.batch_execute("begin").await.unwrap();
        for (name, value) in [("claims", claims), ("claim.sub", subject)] {
            if let Some(value) = value {
                let set = format!("select set_config('request.jwt.{name}', $1, true)");
                client.execute(&set, &[&value]).await.unwrap();
            }
        }
        let sql = "select coalesce(auth.uid()::text, '-'), coalesce(auth.jwt() ->> 'role', '-')";
        let found = client.query_one(sql, &[]).await;
        let found = match &found {
            Ok(row) => Ok((row.get::<_, &str>(0), row.get::<_, &str>(1))),
            Err(error) => Err(error.code().unwrap().code()),
        };
        assert_eq!(found, expected, "claims {claims:?}, subject {subject:?}");
        client.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_claims_are_read_in_the_same_way() {
    let database = native().await;
    let client = database.connect().await;
    client
        .batch_execute(
            r#"set request.jwt.claims = '{"role": "authenticated", "email": "a@example.test"}';
               set request.jwt.claim.role = 'service_role'"#,
        )
        .await
        .unwrap();
    let sql = "select auth.role(), auth.email(), auth.jwt() ->> 'role', auth.uid()";
    assert_eq!(
        answer(&client, sql).await,
        ["(service_role,a@example.test,authenticated,)"]
    );
    client
        .batch_execute("set request.jwt.claim = '{\"role\": \"anon\"}'")
        .await
        .unwrap();
    assert_eq!(
        answer(&client, "select auth.jwt() ->> 'role'").await,
        ["(anon)"]
    );
}
