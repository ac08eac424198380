//! Pages, filters, and what is wrong with a query.

use serde_json::{Value, json};

use super::{path, told};
use crate::world::World;

#[tokio::test]
async fn lists_have_pages_filters_and_refuse_what_they_do_not_know() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["one", "two", "three", "four", "five"] {
        ann.session(title).await;
    }
    let mut titles = Vec::new();
    let mut place = "/v1/sessions?limit=2&count=exact".to_owned();
    loop {
        let answer = ann.get(&place).await;
        let page = answer.json();
        assert_eq!(page["total"], 5);
        for item in page["items"].as_array().unwrap() {
            titles.push(item["title"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            let prev = page["prev"].as_str().unwrap();
            let link = format!("<?cursor={prev}>; rel=\"prev\"");
            assert_eq!(answer.header("link"), link);
            break;
        };
        assert_eq!(
            answer.header("link"),
            format!("<?cursor={next}>; rel=\"next\"")
        );
        place = format!("/v1/sessions?limit=2&count=exact&cursor={next}");
        if titles.len() == 2 {
            ann.session("late").await;
            let other = ann
                .get(&format!("/v1/sessions?status=failed&cursor={next}"))
                .await;
            other.is_problem(400, "invalid_cursor");
            place = place.replace("count=exact", "count=none");
            let page = ann.get(&place).await.json();
            assert_eq!(page["total"], Value::Null);
            place = place.replace("count=none", "count=exact");
            let id = ann.get("/v1/sessions?q=late").await.json()["items"][0]["id"].clone();
            ann.delete(&format!("/v1/sessions/{}", id.as_str().unwrap()))
                .await;
        }
    }
    assert_eq!(titles, ["five", "four", "three", "two", "one"]);
}

#[tokio::test]
async fn a_list_is_walked_back_as_it_was_walked() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["a", "b", "c", "d", "e"] {
        ann.session(title).await;
    }
    let page = async |cursor: &Value| {
        let cursor = cursor
            .as_str()
            .map_or(String::new(), |it| format!("&cursor={it}"));
        let page = ann
            .get(&format!("/v1/sessions?limit=2{cursor}"))
            .await
            .json();
        let titles = page["items"].as_array().unwrap().iter();
        let titles: String = titles.map(|it| it["title"].as_str().unwrap()).collect();
        (titles, page["prev"].clone(), page["next"].clone())
    };
    let (first, none, next) = page(&Value::Null).await;
    assert_eq!((first.as_str(), none), ("ed", Value::Null));
    let (second, back, next) = page(&next).await;
    let (third, last_back, end) = page(&next).await;
    assert_eq!(
        (second.as_str(), third.as_str(), end),
        ("cb", "a", Value::Null)
    );
    let (again, _, next) = page(&last_back).await;
    assert_eq!((again.as_str(), page(&next).await.0.as_str()), ("cb", "a"));
    // somebody makes one more: it comes before what was the first page
    ann.session("f").await;
    let (again, back, _) = page(&back).await;
    assert_eq!(again, "ed");
    let (newest, none, next) = page(&back).await;
    assert_eq!((newest.as_str(), none), ("f", Value::Null));
    assert_eq!(page(&next).await.0, "ed");
}

#[tokio::test]
async fn filters_that_are_not_known_are_refused_by_name() {
    let world = World::new().await;
    let ann = world.person().await;
    for title in ["one", "two", "three"] {
        ann.session(title).await;
    }
    let found = ann
        .get("/v1/sessions?q=T&status=in_progress,failed&archived=include")
        .await
        .json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    for (query, name) in [
        ("limit=many", "limit"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("status=done", "status"),
        ("archived=maybe", "archived"),
        ("count=some", "count"),
        ("created_from=yesterday", "created_from"),
        ("offset=10", "offset"),
        ("fields=title,secret", "fields"),
        ("fields=", "fields"),
    ] {
        let answer = ann.get(&format!("/v1/sessions?{query}")).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(answer.json()["errors"][0]["pointer"], name, "{query}");
    }
    let part = ann
        .get("/v1/sessions?fields=title,status&limit=1")
        .await
        .json();
    assert_eq!(
        part["items"],
        json!([{"title": "three", "status": "in_progress"}])
    );
    ann.get("/v1/sessions?cursor=zz")
        .await
        .is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_query_is_told_at_once() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = path(&ann.session("Tides").await);
    for (place, expected) in [
        (
            "/v1/sessions?offset=1&limit=many&status=done&archived=maybe&count=some&fields=secret&created_to=soon",
            &[
                "offset unknown",
                "limit invalid",
                "status invalid",
                "archived invalid",
                "created_to invalid",
                "count invalid",
                "fields unknown",
            ][..],
        ),
        (
            "/v1/sessions?limit=0&language=%20&count=some",
            &["count invalid", "language invalid", "limit invalid"],
        ),
        (
            &format!("{session}/files?stage=none&stages=2&language=%00"),
            &["stages unknown", "stage invalid", "language invalid"],
        ),
        (
            "/v1/events?after=-1&limit=0&x=1",
            &["x unknown", "after invalid", "limit invalid"],
        ),
        (
            "/v1/audit?resource=users&after=x&limit=0",
            &["after invalid", "resource invalid", "limit invalid"],
        ),
        ("/v1/sessions/compare?id=1", &["id unknown", "ids missing"]),
        (
            "/v1/sessions/compare?id=1&ids=1",
            &["id unknown", "ids invalid"],
        ),
        (
            "/v1/stream?after=x&since=1",
            &["after invalid", "since unknown"],
        ),
    ] {
        let answer = ann.get(place).await;
        answer.is_problem(422, "invalid_fields");
        assert_eq!(told(&answer), expected, "{place}");
    }
}
