//! Loads one document over HTTP or HTTPS, with bounds on time and size.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::error::TokenSetupError;

/// A document of keys is a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;
/// A request waits for this load: better refused than hanging.
const PATIENCE: Duration = Duration::from_secs(5);

/// An address that keys may be loaded from.
#[derive(Debug, Clone)]
pub(super) struct Address(Uri);

impl Address {
    /// Keys that come unencrypted over a network that others share could be anybody's.
    pub(super) fn parse(text: &str) -> Result<Self, TokenSetupError> {
        let refused = |reason| TokenSetupError::JwksAddress { reason };
        let uri: Uri = text.parse().map_err(|_| refused("it is no URL"))?;
        let host = uri.host().ok_or(refused("it names no host"))?;
        match uri.scheme_str() {
            Some("https") => Ok(Self(uri)),
            Some("http") if is_near(host) => Ok(Self(uri)),
            Some("http") => Err(refused("it is not encrypted; use https")),
            _ => Err(refused("it is neither https nor http")),
        }
    }
}

/// This machine, or a container's name, which no public resolver knows.
fn is_near(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => !host.contains('.'),
    }
}

/// Why a document did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Timeout,
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the server answers {0}")]
    Status(StatusCode),
    #[error("the answer breaks off or is longer than {} KiB", MAX_BYTES / 1024)]
    Body,
}

/// Loads one address, again and again.
#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    address: Address,
}

impl Fetcher {
    pub(super) fn new(address: Address) -> Self {
        let connector = connector();
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            address,
        }
    }

    /// The document as it is now. Redirects are not followed.
    pub(super) async fn get(&self) -> Result<Bytes, FetchError> {
        tokio::time::timeout(PATIENCE, self.load())
            .await
            .unwrap_or(Err(FetchError::Timeout))
    }

    async fn load(&self) -> Result<Bytes, FetchError> {
        let response = self.client.get(self.address.0.clone()).await;
        let response = response.map_err(|error| FetchError::Unreachable(chain(&error)))?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MAX_BYTES)
            .collect()
            .await;
        Ok(body.map_err(|_| FetchError::Body)?.to_bytes())
    }
}

/// The machine's own roots; with none of them only unencrypted addresses nearby can be reached.
fn connector() -> HttpsConnector<HttpConnector> {
    let provider = rustls::crypto::ring::default_provider();
    let builder = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider);
    let builder = builder.unwrap_or_else(|error| {
        tracing::warn!(%error, "no root certificates on this machine");
        HttpsConnectorBuilder::new().with_tls_config(without_roots())
    });
    builder.https_or_http().enable_http1().build()
}

#[expect(
    clippy::expect_used,
    reason = "ring has cipher suites for the versions that it supports"
)]
fn without_roots() -> rustls::ClientConfig {
    let provider = rustls::crypto::ring::default_provider();
    rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions of TLS")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_encrypted_or_from_nearby() {
        for good in [
            "https://project.example.test/auth/v1/.well-known/jwks.json",
            "http://127.0.0.1:54321/jwks.json",
            "http://[::1]:54321/jwks.json",
            "http://localhost/jwks.json",
            "http://auth:9999/jwks.json",
        ] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://project.example.test/jwks.json",
            "http://192.0.2.7/jwks.json",
            "ftp://localhost/jwks.json",
            "/jwks.json",
            "",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
