//! Which problems a route may answer with, for the OpenAPI document.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::http::StatusCode;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema as _};

use super::{Code, MEDIA_TYPE, ProblemBody};

/// What a kind of route may answer with.
pub(crate) trait Group {
    fn codes() -> Vec<Code>;
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident: $($code:ident)*;)*) => {
        $(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl Group for $name {
                fn codes() -> Vec<Code> {
                    vec![$(Code::$code),*]
                }
            }
        )*
    };
}

macro_rules! together {
    ($($name:ident)*) => {
        impl<$($name: Group),*> Group for ($($name,)*) {
            fn codes() -> Vec<Code> {
                [$($name::codes()),*].concat()
            }
        }
    };
}

together!(A);
together!(A B);
together!(A B C);
together!(A B C D);
together!(A B C D E);

/// The problems of all these groups: codes that share a status are told in one response, where several responses would hide each other.
pub(crate) struct Problems<G>(PhantomData<G>);

impl<G: Group> IntoResponses for Problems<G> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        described(&G::codes())
    }
}

answers! {
    /// Any route for users.
    ForUsers: TokenMissing TokenMalformed TokenIsApiKey TokenAlgorithm TokenInvalidSignature TokenUnknownKey TokenExpired
        TokenNotYetValid TokenWrongAudience TokenWrongIssuer TokenInvalidClaim AccountMissing RateLimited Internal
        DatabaseUnavailable TokenKeysUnavailable Timeout;
    /// A route that names something by its id.
    OfOne: NotFound;
    /// A route with a query.
    WithQuery: InvalidFields InvalidCursor;
    /// A route that writes what a body says.
    WithBody: MalformedRequest Conflict SourceTransferred PayloadTooLarge UnsupportedMediaType InvalidFields;
    /// A route that takes an idempotency key.
    WithKey: MalformedRequest IdempotencyMismatch InvalidFields;
    /// A route of transfers.
    OfTransfer: SourceNotAnonymous ReceiverAnonymous SameUser ClaimInvalid ClaimUsed UndoOver SourceTransferred Conflict;
    /// A route that moves a session.
    Moved: InvalidTransition AlreadyArchived NotArchived Conflict SourceTransferred;
    /// A route that does something to a version that may be named.
    OfVersion: MalformedRequest Conflict SourceTransferred VersionMismatch;
    /// A route that changes a version, which has to be named.
    OfThatVersion: MalformedRequest Conflict SourceTransferred VersionMismatch PreconditionRequired;
}

/// One response for each status, naming the codes that it may carry.
fn described(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<StatusCode, Vec<&str>> = BTreeMap::new();
    for code in codes {
        let names = by_status.entry(code.status()).or_default();
        if !names.contains(&code.name()) {
            names.push(code.name());
        }
    }
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    by_status
        .into_iter()
        .map(|(status, names)| {
            let response = ResponseBuilder::new()
                .description(format!("`{}`", names.join("`, `")))
                .content(MEDIA_TYPE, content.clone())
                .build();
            (status.as_u16().to_string(), RefOr::T(response))
        })
        .collect()
}
