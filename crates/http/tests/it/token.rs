//! Tokens that are accepted, and all the ways to be refused.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lodger_http::token::{
    KeySet, Principal, SigningKey, TokenError, TokenSettings, TokenSetupError, TokenVerifier,
};
use proptest::prelude::*;
use ring::hmac;
use serde_json::{Value, json};

const SECRET: &str = "a secret that is long enough for this test";
const ISSUER: &str = "https://project.example.test/auth/v1";
const USER: &str = "4a1e0001-aaaa-4bbb-8ccc-0123456789ab";
/// 2096, when a test may begin to fail.
const FAR: u64 = 4_000_000_000;

/// A user's claims as the issuer writes them.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": USER, "aud": "authenticated", "exp": FAR, "iat": 1_700_000_000,
        "email": "ann@example.test", "phone": "", "role": "authenticated", "aal": "aal1",
        "app_metadata": {"provider": "email"}, "user_metadata": {}, "is_anonymous": false,
        "amr": [{"method": "password", "timestamp": 1_700_000_000}],
        "session_id": "4a1e0002-aaaa-4bbb-8ccc-0123456789ab",
    })
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// A token with any header, signed with HMAC-SHA-256 whatever the header says.
fn hmac_signed(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

fn hs256(claims: &Value) -> String {
    hmac_signed(
        &json!({"alg": "HS256", "typ": "JWT"}),
        claims,
        SECRET.as_bytes(),
    )
}

fn by_secret() -> TokenVerifier {
    let settings = TokenSettings {
        secret: Some(SECRET.to_owned()),
        issuer: Some(ISSUER.to_owned()),
        ..TokenSettings::default()
    };
    TokenVerifier::new(settings).unwrap()
}

fn by_keys(keys: KeySet) -> TokenVerifier {
    let settings = TokenSettings {
        keys,
        ..TokenSettings::default()
    };
    TokenVerifier::new(settings).unwrap()
}

/// The RSA key of the fixture: nobody has its private half any more.
fn rsa() -> (KeySet, Value) {
    let fixture: Value = serde_json::from_str(include_str!("rs256.json")).unwrap();
    let document = json!({"keys": [
        {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rsa-1", "n": fixture["n"], "e": fixture["e"]},
    ]});
    let keys = KeySet::parse(document.to_string().as_bytes()).unwrap();
    (keys, fixture)
}

async fn refused(claims: &Value) -> TokenError {
    by_secret().verify(&hs256(claims)).await.unwrap_err()
}

#[tokio::test]
async fn a_users_token_tells_who_is_asking() {
    let principal: Arc<Principal> = by_secret().verify(&hs256(&claims())).await.unwrap();
    assert_eq!(principal.user_id.to_string(), USER);
    assert_eq!(principal.email.as_deref(), Some("ann@example.test"));
    assert!(!principal.is_anonymous);
    assert_eq!(principal.claims, claims());
    assert_eq!(principal.expires_at.year(), 2096);
    let anonymous = with("is_anonymous", true);
    let anonymous = by_secret().verify(&hs256(&anonymous)).await.unwrap();
    assert!(anonymous.is_anonymous);
    let upper = with("sub", USER.to_uppercase());
    let upper = by_secret().verify(&hs256(&upper)).await.unwrap();
    assert_eq!(upper.user_id, principal.user_id);
    let several = with("aud", json!(["authenticated", "other"]));
    assert!(by_secret().verify(&hs256(&several)).await.is_ok());
    let named = json!({"alg": "HS256", "kid": "whatever"});
    let named = hmac_signed(&named, &claims(), SECRET.as_bytes());
    assert!(
        by_secret().verify(&named).await.is_ok(),
        "a secret has no name to go by"
    );
}

#[tokio::test]
async fn a_token_that_is_known_ends_all_the_same() {
    let verifier = by_secret();
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    // clocks may differ by ten seconds
    let token = hs256(&with("exp", now - 8));
    let first = verifier.verify(&token).await.unwrap();
    let again = verifier.verify(&token).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again), "it is not proved twice");
    tokio::time::sleep(std::time::Duration::from_millis(3100)).await;
    let ended = verifier.verify(&token).await;
    assert_eq!(ended, Err(TokenError::Expired));
    let other = format!("{}x", hs256(&claims()));
    verifier.verify(&hs256(&claims())).await.unwrap();
    assert!(verifier.verify(&other).await.is_err());
}

#[tokio::test]
async fn published_keys_check_es256_and_rs256() {
    let key = SigningKey::generate().unwrap();
    let token = key.sign(&claims()).unwrap();
    assert!(by_keys(key.key_set()).verify(&token).await.is_ok());
    let other = SigningKey::generate().unwrap();
    assert_eq!(
        by_keys(other.key_set()).verify(&token).await,
        Err(TokenError::UnknownKey)
    );
    let (keys, fixture) = rsa();
    let token = fixture["token"].as_str().unwrap();
    let verifier = by_keys(keys);
    assert!(verifier.verify(token).await.is_ok());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let forged = format!(
        "{header}.{}.{signature}",
        encoded(&with("email", "eve@example.test"))
    );
    assert_eq!(verifier.verify(&forged).await, Err(TokenError::Signature));
}

#[tokio::test]
async fn claims_are_checked_one_by_one() {
    let bad = |claim| TokenError::Claim { claim };
    assert_eq!(
        refused(&with("exp", 1_700_000_000)).await,
        TokenError::Expired
    );
    assert_eq!(refused(&without("exp")).await, bad("exp"));
    assert_eq!(refused(&with("exp", "soon")).await, bad("exp"));
    assert_eq!(refused(&with("nbf", FAR)).await, TokenError::NotYet);
    assert_eq!(refused(&with("aud", "other")).await, TokenError::Audience);
    assert_eq!(refused(&without("aud")).await, TokenError::Audience);
    assert_eq!(
        refused(&with("aud", "authenticated ")).await,
        TokenError::Audience
    );
    assert_eq!(
        refused(&with("iss", "https://elsewhere.example.test")).await,
        TokenError::Issuer
    );
    assert_eq!(refused(&without("iss")).await, TokenError::Issuer);
    assert_eq!(refused(&without("sub")).await, bad("sub"));
    assert_eq!(refused(&with("sub", "not-a-uuid")).await, bad("sub"));
    assert_eq!(refused(&with("sub", 7)).await, bad("sub"));
    assert_eq!(refused(&without("role")).await, bad("role"));
    assert_eq!(
        refused(&with("is_anonymous", "yes")).await,
        bad("is_anonymous")
    );
}

#[tokio::test]
async fn a_signature_is_bound_to_its_algorithm_and_key() {
    let verifier = by_secret();
    let wrong = hmac_signed(&json!({"alg": "HS256"}), &claims(), b"another secret");
    assert_eq!(verifier.verify(&wrong).await, Err(TokenError::Signature));
    for algorithm in ["none", "None", "NONE", "HS257", ""] {
        let header = json!({"alg": algorithm});
        let unsigned = format!("{}.{}.", encoded(&header), encoded(&claims()));
        assert_eq!(
            verifier.verify(&unsigned).await,
            Err(TokenError::Malformed),
            "{algorithm}"
        );
    }
    for algorithm in [
        "HS384", "HS512", "ES384", "EdDSA", "PS256", "ES256", "RS256",
    ] {
        let token = hmac_signed(&json!({"alg": algorithm}), &claims(), SECRET.as_bytes());
        assert_eq!(
            verifier.verify(&token).await,
            Err(TokenError::Algorithm),
            "{algorithm}"
        );
    }
}

#[tokio::test]
async fn a_public_key_is_never_taken_for_a_secret() {
    let (keys, fixture) = rsa();
    let verifier = by_keys(keys);
    let modulus = fixture["n"].as_str().unwrap();
    for secret in [
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).unwrap(),
        fixture.to_string().into_bytes(),
    ] {
        for header in [
            json!({"alg": "HS256", "kid": "rsa-1"}),
            json!({"alg": "HS256"}),
        ] {
            let token = hmac_signed(&header, &claims(), &secret);
            assert_eq!(verifier.verify(&token).await, Err(TokenError::Algorithm));
        }
        let token = hmac_signed(&json!({"alg": "RS256", "kid": "rsa-1"}), &claims(), &secret);
        assert_eq!(verifier.verify(&token).await, Err(TokenError::Signature));
        let token = hmac_signed(&json!({"alg": "ES256", "kid": "rsa-1"}), &claims(), &secret);
        assert_eq!(verifier.verify(&token).await, Err(TokenError::UnknownKey));
    }
}

#[tokio::test]
async fn api_keys_are_told_what_they_are() {
    let verifier = by_secret();
    for key in ["sb_publishable_0123456789", "sb_secret_0123456789"] {
        assert_eq!(verifier.verify(key).await, Err(TokenError::ApiKey));
    }
    for role in ["anon", "service_role"] {
        let key = json!({"iss": "supabase", "role": role, "iat": 1, "exp": FAR});
        assert_eq!(
            verifier.verify(&hs256(&key)).await,
            Err(TokenError::NotOfUser { role })
        );
    }
}

#[tokio::test]
async fn rubbish_is_refused() {
    let verifier = by_secret();
    let good = hs256(&claims());
    let huge = with("user_metadata", "x".repeat(20_000));
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "a.b.c.d".to_owned(),
        format!("{good}.x"),
        format!(" {good}"),
        good.replace('.', ""),
        hs256(&json!([])),
        hs256(&json!("text")),
        hs256(&huge),
        "x".repeat(1_000_000),
        "ä.ö.ü".to_owned(),
    ] {
        let error = verifier.verify(&text).await;
        assert_eq!(error, Err(TokenError::Malformed), "{text:.80}");
    }
    let (message, _) = good.rsplit_once('.').unwrap();
    let unsigned = verifier.verify(&format!("{message}.")).await;
    assert_eq!(unsigned, Err(TokenError::Signature));
    // claims that are no UTF-8
    let payload = URL_SAFE_NO_PAD.encode(b"{\"sub\":\"\xff\xfe\"}");
    let broken = format!("{}.{payload}.AAAA", encoded(&json!({"alg": "HS256"})));
    assert_eq!(verifier.verify(&broken).await, Err(TokenError::Malformed));
}

#[test]
fn without_a_key_there_is_no_verifier() {
    let refused = |settings| TokenVerifier::new(settings).unwrap_err();
    assert_eq!(refused(TokenSettings::default()), TokenSetupError::NoKey);
    let secret = |text: &str| TokenSettings {
        secret: Some(text.to_owned()),
        ..TokenSettings::default()
    };
    assert_eq!(refused(secret("")), TokenSetupError::NoKey);
    assert_eq!(
        refused(secret("short")),
        TokenSetupError::SecretTooShort { bytes: 5 }
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is sent, the answer is a refusal and not a panic.
    #[test]
    fn nothing_that_is_sent_makes_it_panic(
        text in ".{0,200}", header in any::<Vec<u8>>(), payload in any::<Vec<u8>>(), tail in ".{0,80}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let parts = format!(
            "{}.{}.{tail}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload),
        );
        for token in [text, parts] {
            prop_assert!(runtime.block_on(by_secret().verify(&token)).is_err());
        }
    }

    /// The same for signed tokens whose claims hold anything.
    #[test]
    fn no_claim_makes_it_panic(
        name in "sub|exp|aud|iss|role|nbf|email|session_id|is_anonymous",
        value in prop_oneof![
            any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), ".{0,40}".prop_map(Value::from),
            any::<bool>().prop_map(Value::from), Just(Value::Null), Just(json!({})), Just(json!([[]])),
        ],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(by_secret().verify(&hs256(&with(&name, value))));
        if let Ok(principal) = answer {
            prop_assert_eq!(principal.user_id.to_string(), USER);
        }
    }
}
