//! How the server's certificate is checked, following libpq's sslmodes.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor as verify_chain,
};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::ConnectError;

/// How the server's certificate is checked once the connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verification {
    /// Not at all: `sslmode=prefer` and `sslmode=require` only encrypt, as with libpq.
    #[default]
    None,
    /// It must be signed by an authority we trust: `sslmode=verify-ca`.
    Authority(Roots),
    /// And be made out for the host that was asked for: `sslmode=verify-full`.
    Full(Roots),
}

/// Whom to trust to sign certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The authorities that the operating system trusts.
    System,
    /// Those in this PEM file: `sslrootcert=…`.
    File(PathBuf),
}

pub(super) fn client_config(verification: Verification) -> Result<ClientConfig, ConnectError> {
    let provider = Arc::new(ring::default_provider());
    let check: Arc<dyn ServerCertVerifier> = match verification {
        Verification::None => Arc::new(WithoutName {
            provider: Arc::clone(&provider),
            roots: None,
        }),
        Verification::Authority(roots) => Arc::new(WithoutName {
            roots: Some(read_roots(roots)?),
            provider: Arc::clone(&provider),
        }),
        Verification::Full(roots) => {
            let roots = Arc::new(read_roots(roots)?);
            WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
                .build()
                .map_err(|error| ConnectError::Roots {
                    reason: error.to_string(),
                })?
        }
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Tls {
            reason: error.to_string(),
        })?;
    let verified = builder.dangerous().with_custom_certificate_verifier(check);
    Ok(verified.with_no_client_auth())
}

fn read_roots(roots: Roots) -> Result<RootCertStore, ConnectError> {
    let mut store = RootCertStore::empty();
    let reason = match roots {
        Roots::System => {
            let found = rustls_native_certs::load_native_certs();
            store.add_parsable_certificates(found.certs);
            "the operating system has none".to_owned()
        }
        Roots::File(path) => {
            let unreadable = |error| ConnectError::Roots {
                reason: format!("{}: {error}", path.display()),
            };
            for certificate in CertificateDer::pem_file_iter(&path).map_err(unreadable)? {
                store.add_parsable_certificates([certificate.map_err(unreadable)?]);
            }
            format!("{} holds none", path.display())
        }
    };
    if store.is_empty() {
        return Err(ConnectError::Roots { reason });
    }
    Ok(store)
}

/// Checks who signed a certificate, or not even that; never whose name it carries.
#[derive(Debug)]
struct WithoutName {
    provider: Arc<CryptoProvider>,
    roots: Option<RootCertStore>,
}

impl ServerCertVerifier for WithoutName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let parsed = ParsedCertificate::try_from(end_entity)?;
            verify_chain(&parsed, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_file_that_is_missing_or_empty_is_named() {
        let missing = Verification::Full(Roots::File("/nonexistent/root.crt".into()));
        let error = client_config(missing).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/root.crt"), "{error}");
        let empty = tempfile::NamedTempFile::new().unwrap();
        let empty = Verification::Authority(Roots::File(empty.path().into()));
        let error = client_config(empty).unwrap_err().to_string();
        assert!(error.contains("holds none"), "{error}");
    }

    #[test]
    fn encryption_without_verification_needs_no_roots() {
        assert!(client_config(Verification::None).is_ok());
    }
}
