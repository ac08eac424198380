//! Filters and pages.

use lodger_research::{Count, ListFilter, NewSession, PageRequest, Scope, Status};

use crate::world::{World, new_session};

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_and_counts_count_all_pages() {
    let world = World::new().await;
    let user = world.user().await;
    for number in 0..7 {
        let language = if number % 2 == 0 { "en" } else { "vi" };
        let new = NewSession {
            language: language.to_owned(),
            ..NewSession::titled(format!("Tide 100% {number}"))
        };
        let id = user.create_session(&new).await.unwrap().id;
        if number < 3 {
            user.move_session(id, Status::Completed, None)
                .await
                .unwrap();
        }
    }
    let total = async |narrow: fn(&mut ListFilter)| {
        let mut filter = ListFilter::default();
        narrow(&mut filter);
        count(&user, &filter).await
    };
    assert_eq!(total(|_| ()).await, 7);
    assert_eq!(total(|it| it.statuses = vec![Status::Completed]).await, 3);
    assert_eq!(total(|it| it.statuses = Status::ALL.to_vec()).await, 7);
    assert_eq!(total(|it| it.language = Some("vi".into())).await, 3);
    assert_eq!(total(|it| it.title = Some("tIDE 100% 3".into())).await, 1);
    assert_eq!(total(|it| it.title = Some("100_".into())).await, 0);
    let page = PageRequest::default();
    let all = user.list_sessions(&ListFilter::default(), &page).await;
    let middle = Some(all.unwrap().items[3].created_at);
    let mut filter = ListFilter {
        created_from: middle,
        ..ListFilter::default()
    };
    assert_eq!(count(&user, &filter).await, 4);
    (filter.created_from, filter.created_to) = (None, middle);
    assert_eq!(count(&user, &filter).await, 3);
}

pub(super) async fn count(user: &Scope, filter: &ListFilter) -> i64 {
    let page = PageRequest {
        limit: 2,
        count: Count::Exact,
        ..PageRequest::default()
    };
    let page = user.list_sessions(filter, &page).await.unwrap();
    page.total.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_skip_while_rows_come_in() {
    let world = World::new().await;
    let user = world.user().await;
    // equal times, so that ids decide
    let fill = format!(
        "insert into research_sessions (user_id, title, created_at) \
         select '{}', 'S' || n, '2026-01-01'::timestamptz + (n / 10) * interval '1 second' from generate_series(1, 95) as n",
        user.user_id()
    );
    world.admin().await.batch_execute(&fill).await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest {
            limit: 20,
            cursor,
            count: Count::None,
        };
        let page = user
            .list_sessions(&ListFilter::default(), &page)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|it| it.id));
        new_session(&user, "New").await;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 95);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 95);
}
