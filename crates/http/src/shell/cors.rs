//! Which pages of other addresses may call.

use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The pages of other addresses that may call. Tokens travel in a header, never in a cookie, so that a page gains nothing
/// by calling for its visitor.
#[derive(Debug, Clone, Default)]
pub enum Origins {
    /// None.
    #[default]
    None,
    /// Pages that this machine serves, at any port: for development.
    Local,
    /// These, such as `https://app.example.test`.
    Listed(Vec<String>),
}

impl Origins {
    fn allows(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::None => false,
            Self::Local => origin.to_str().is_ok_and(is_local),
            Self::Listed(origins) => origins.iter().any(|it| it.as_bytes() == origin.as_bytes()),
        }
    }
}

fn is_local(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

pub(super) fn layer(origins: &Origins) -> CorsLayer {
    let origins = origins.clone();
    let asked = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::RANGE,
        HeaderName::from_static("apikey"),
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("last-event-id"),
        HeaderName::from_static("x-client-info"),
        HeaderName::from_static("x-request-id"),
        HeaderName::from_static("x-supabase-api-version"),
    ];
    let shown = [
        header::CONTENT_RANGE,
        header::ETAG,
        header::LINK,
        header::LOCATION,
        header::RETRY_AFTER,
        HeaderName::from_static("idempotency-replayed"),
        HeaderName::from_static("x-request-id"),
        HeaderName::from_static("x-supabase-api-version"),
    ];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origins.allows(origin)
        }))
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(asked)
        .expose_headers(shown)
        .max_age(std::time::Duration::from_mins(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_means_this_machine() {
        let allows = |origin: &str| Origins::Local.allows(&HeaderValue::from_str(origin).unwrap());
        for good in [
            "http://localhost:5173",
            "https://localhost",
            "http://127.0.0.1:80",
            "http://[::1]:3000",
        ] {
            assert!(allows(good), "{good}");
        }
        for bad in [
            "http://localhost.example.test",
            "http://127.0.0.1.example.test",
            "null",
            "http://192.0.2.1",
        ] {
            assert!(!allows(bad), "{bad}");
        }
    }
}
