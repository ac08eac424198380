//! An answer in JSON that is long: written once, into room that is there.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::problem::{Code, Problem};

/// JSON that is written already.
#[derive(Debug)]
pub(crate) struct Written(Vec<u8>);

impl Written {
    /// Writes a value, which takes about so many bytes.
    ///
    /// # Errors
    /// When it cannot be written: a mistake in the program.
    pub(crate) fn new(value: &impl Serialize, expected: usize) -> Result<Self, Problem> {
        let mut json = Vec::with_capacity(expected + 256);
        match serde_json::to_writer(&mut json, value) {
            Ok(()) => Ok(Self(json)),
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written");
                Err(Problem::new(Code::Internal))
            }
        }
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
