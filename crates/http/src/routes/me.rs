//! `/v1/me`: who is asking, what they say of themselves, and what they have.
#![expect(
    clippy::option_option,
    reason = "what is left out, null, and a value are three things in a change"
)]

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use lodger_research::{Profile, ProfileChange, Statistics};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::sessions::StageTotalsBody;
use super::time::text;
use crate::app::Handle;
use crate::etag::{of_version, required_version};
use crate::extract::{Body, Input, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfThatVersion, Problems, WithBody};

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(read_me))
        .routes(routes!(read_profile, change_profile))
        .routes(routes!(read_statistics))
}

/// The user who is asking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
struct MeBody {
    id: Uuid,
    /// Null when there is none.
    #[schema(example = "ann@example.test", required)]
    email: Option<String>,
    /// True until the user registers.
    is_anonymous: bool,
    #[schema(format = DateTime)]
    created_at: Option<String>,
    #[schema(format = DateTime)]
    last_sign_in_at: Option<String>,
    profile: ProfileBody,
    /// The transfer with which this user's work went to another account; null when it did not.
    #[schema(required)]
    transferred: Option<Uuid>,
    /// When the access token ends.
    #[schema(format = DateTime)]
    token_expires_at: String,
}

/// What a user says of themselves here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Profile)]
struct ProfileBody {
    #[schema(required)]
    display_name: Option<String>,
    /// A language tag.
    #[schema(required)]
    language: Option<String>,
    #[schema(value_type = Object)]
    preferences: Value,
    /// Counts its changes; 0 while there is none.
    version: i64,
    #[schema(format = DateTime)]
    updated_at: Option<String>,
}

impl From<Profile> for ProfileBody {
    fn from(profile: Profile) -> Self {
        Self {
            display_name: profile.display_name,
            language: profile.language,
            preferences: profile.preferences,
            version: profile.version,
            updated_at: profile.updated_at.map(text),
        }
    }
}

/// Who is asking?
///
/// The account as it is now, which its token may not know yet.
#[utoipa::path(
    get, path = "/v1/me", tag = "users", security(("bearer" = [])),
    responses((status = OK, description = "The user", body = MeBody), Problems<(ForUsers,)>),
)]
async fn read_me(user: User) -> Result<Json<MeBody>, Problem> {
    let me = user.scope.me().await?;
    Ok(Json(MeBody {
        id: me.user.id,
        email: me.user.email,
        is_anonymous: me.user.is_anonymous,
        created_at: me.user.created_at.map(text),
        last_sign_in_at: me.user.last_sign_in_at.map(text),
        profile: me.profile.into(),
        transferred: me.transferred,
        token_expires_at: text(user.principal.expires_at),
    }))
}

type Tagged = ([(HeaderName, String); 1], Json<ProfileBody>);

fn tagged(profile: Profile) -> Tagged {
    let tag = of_version(profile.version);
    ([(header::ETAG, tag)], Json(profile.into()))
}

/// What does the user say of themselves?
#[utoipa::path(
    get, path = "/v1/me/profile", tag = "users", security(("bearer" = [])),
    responses((status = OK, description = "The profile; an empty one while there is none", body = ProfileBody), Problems<(ForUsers,)>),
)]
async fn read_profile(user: User) -> Result<Tagged, Problem> {
    Ok(tagged(user.scope.get_profile().await?))
}

/// What to change of a profile: what is left out stays, and null takes it away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfileChange)]
struct ProfileChangeBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    display_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// As a whole: what stood there is replaced.
    #[schema(value_type = Option<Object>)]
    preferences: Option<Value>,
}

impl Input for ProfileChangeBody {
    fn check(self) -> Result<(), Problem> {
        Ok(self.meant().check()?)
    }
}

impl ProfileChangeBody {
    fn meant(self) -> ProfileChange {
        ProfileChange {
            display_name: self.display_name,
            language: self.language,
            preferences: self.preferences,
        }
    }
}

/// Tells null from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Change the profile
///
/// One that is not there yet has version 0.
#[utoipa::path(
    patch, path = "/v1/me/profile", tag = "users", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The entity tag that the change is based on")),
    request_body = ProfileChangeBody,
    responses((status = OK, description = "It was changed", body = ProfileBody), Problems<(ForUsers, OfThatVersion, WithBody)>),
)]
async fn change_profile(
    State(handle): State<Handle>,
    user: User,
    headers: HeaderMap,
    Body(body, _): Body<ProfileChangeBody>,
) -> Result<Tagged, Problem> {
    let change = body.meant();
    let version = required_version(&headers, &handle.0.limits)?;
    Ok(tagged(user.scope.update_profile(&change, version).await?))
}

/// What a user has, in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistics)]
struct StatisticsBody {
    sessions: i64,
    archived: i64,
    in_progress: i64,
    completed: i64,
    failed: i64,
    files: i64,
    total_size_bytes: i64,
    /// Sessions by language, the most first.
    languages: Vec<LanguageTotals>,
    /// Stages that have files.
    stages: Vec<StageTotalsBody>,
}

/// Sessions in a language.
#[derive(Debug, Serialize, ToSchema)]
struct LanguageTotals {
    #[schema(example = "en")]
    language: String,
    sessions: i64,
}

impl From<Statistics> for StatisticsBody {
    fn from(statistics: Statistics) -> Self {
        let languages = statistics.languages.into_iter();
        let stages = statistics.stages.into_iter();
        Self {
            sessions: statistics.sessions,
            archived: statistics.archived,
            in_progress: statistics.in_progress,
            completed: statistics.completed,
            failed: statistics.failed,
            files: statistics.files,
            total_size_bytes: statistics.bytes,
            languages: languages
                .map(|(language, sessions)| LanguageTotals { language, sessions })
                .collect(),
            stages: stages.map(StageTotalsBody::from).collect(),
        }
    }
}

/// What does the user have?
#[utoipa::path(
    get, path = "/v1/me/statistics", tag = "users", security(("bearer" = [])),
    responses((status = OK, description = "The numbers, of one moment", body = StatisticsBody), Problems<(ForUsers,)>),
)]
async fn read_statistics(user: User) -> Result<Json<StatisticsBody>, Problem> {
    Ok(Json(user.scope.statistics().await?.into()))
}
