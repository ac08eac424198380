//! The text of a database address, as libpq reads it.
//!
//! The driver parses all of it but two things that libpq knows: the stricter sslmodes, and
//! `sslrootcert`. They are taken out of the text before the driver sees it.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::ConnectError;
use super::tls::{Roots, Verification};

/// Reads an address: `postgres://user:password@host:port/database?sslmode=…` or `host=… user=…`.
///
/// # Errors
/// [`ConnectError::BadAddress`], which never contains the password.
pub fn parse_address(text: &str) -> Result<(Config, Verification), ConnectError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(bad("it is empty"));
    }
    let mut tls = TlsOptions::default();
    let rest = if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        take_from_url(text, &mut tls)
    } else if text.contains("://") {
        return Err(bad(
            "it starts with neither `postgres://` nor `postgresql://`",
        ));
    } else {
        take_from_pairs(text, &mut tls)
    };
    let mut config: Config = rest.parse().map_err(|error| refused(&error))?;
    ensure_hosts(&config)?;
    let verification = tls.decide(&mut config);
    Ok((config, verification))
}

fn bad(reason: impl Into<String>) -> ConnectError {
    ConnectError::BadAddress {
        reason: reason.into(),
    }
}

#[derive(Debug, Default)]
struct TlsOptions {
    mode: Option<String>,
    roots: Option<String>,
}

impl TlsOptions {
    /// Keeps an option that the driver does not know, and says so.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match (key, value) {
            ("sslmode", "allow" | "verify-ca" | "verify-full") => {
                self.mode = Some(value.to_owned());
            }
            ("sslrootcert", _) => self.roots = Some(value.to_owned()),
            _ => return false,
        }
        true
    }

    fn decide(self, config: &mut Config) -> Verification {
        let named = self.roots.is_some();
        let roots = match self.roots {
            Some(path) if path != "system" => Roots::File(path.into()),
            _ => Roots::System,
        };
        let verification = match self.mode.as_deref() {
            // The driver cannot begin unencrypted and then change its mind.
            Some("allow") => {
                config.ssl_mode(SslMode::Prefer);
                return Verification::None;
            }
            Some("verify-full") => Verification::Full(roots),
            Some(_) => Verification::Authority(roots),
            // libpq: a root certificate at hand turns `require` into `verify-ca`.
            None if named && config.get_ssl_mode() == SslMode::Require => {
                Verification::Authority(roots)
            }
            None => return Verification::None,
        };
        config.ssl_mode(SslMode::Require);
        verification
    }
}

/// The options of a URL follow the first `?` after the credentials.
fn take_from_url(url: &str, tls: &mut TlsOptions) -> String {
    let host = url.find('@').map_or(0, |at| at + 1);
    let query = url.get(host..).and_then(|rest| rest.find('?'));
    let Some((head, query)) = query.and_then(|mark| url.split_at_checked(host + mark)) else {
        return url.to_owned();
    };
    let mut kept = Vec::new();
    for pair in query.trim_start_matches('?').split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !tls.take(key, &percent_decoded(value)) && !pair.is_empty() {
            kept.push(pair);
        }
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{head}{mark}{}", kept.join("&"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(decoded) if *byte == b'%' => {
                bytes.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `key = value` pairs; a value in single quotes may hold spaces, a backslash keeps what follows it.
fn take_from_pairs(text: &str, tls: &mut TlsOptions) -> String {
    let mut kept = String::new();
    let mut rest = text.trim_start();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, length) = read_value(after);
        let (raw, tail) = after.split_at_checked(length).unwrap_or((after, ""));
        if !tls.take(key.trim(), &value) {
            kept.extend([key.trim(), "=", raw, " "]);
        }
        rest = tail.trim_start();
    }
    kept + rest
}

/// The value at the head of `text`, and how many bytes it takes up there.
fn read_value(text: &str) -> (String, usize) {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut letters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return (value, at + 1),
            _ if !quoted && letter.is_whitespace() => return (value, at),
            _ => value.push(letter),
        }
    }
    (value, text.len())
}

/// The driver's own words may quote a piece of a badly quoted password, so only those known to be
/// harmless are passed on.
fn refused(error: &tokio_postgres::Error) -> ConnectError {
    const FOREIGN_OPTIONS: &[&str] = &[
        "connection_limit",
        "gssencmode",
        "krbsrvname",
        "passfile",
        "pgbouncer",
        "pool_timeout",
        "requirepeer",
        "schema",
        "search_path",
        "service",
        "sslcert",
        "sslcompression",
        "sslcrl",
        "sslkey",
        "sslpassword",
        "statement_cache_size",
        "workaround",
    ];
    const VALUES: &[&str] = &[
        "channel_binding",
        "connect_timeout",
        "hostaddr",
        "keepalives",
        "keepalives_idle",
        "port",
        "sslmode",
        "sslnegotiation",
        "target_session_attrs",
        "tcp_user_timeout",
    ];
    let said = std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default();
    let named = |options: &[&'static str]| {
        let quoted = |option: &&&str| said.contains(&format!("`{option}`"));
        options.iter().find(quoted).copied()
    };
    if let Some(option) = named(FOREIGN_OPTIONS) {
        return bad(format!(
            "Lodger does not know its option `{option}`; leave that out"
        ));
    }
    match named(VALUES) {
        Some(option) => bad(format!(
            "the value of its option `{option}` is not one it can have"
        )),
        None => bad(
            "it cannot be read; letters of a password other than A-Z, a-z and 0-9 must be percent-encoded in a URL",
        ),
    }
}

fn ensure_hosts(config: &Config) -> Result<(), ConnectError> {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(bad(
            "it names no host; for a unix socket write `?host=/its/directory`",
        ));
    }
    // Else the tail of an unencoded password would be printed as the host that cannot be reached.
    let torn = |host: &Host| matches!(host, Host::Tcp(name) if name.contains(['@', ' ', '/']));
    if config.get_hosts().iter().any(torn) {
        return Err(bad(
            "its host is not a host's name; an `@` in a password is written `%40`",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verification(text: &str) -> (SslMode, Verification) {
        let (config, verification) = parse_address(text).unwrap();
        (config.get_ssl_mode(), verification)
    }

    #[test]
    fn sslmodes_are_those_of_libpq() {
        let url = |options: &str| verification(&format!("postgres://a:b@h/d?{options}"));
        assert_eq!(url(""), (SslMode::Prefer, Verification::None));
        assert_eq!(
            url("sslmode=disable"),
            (SslMode::Disable, Verification::None)
        );
        assert_eq!(url("sslmode=allow"), (SslMode::Prefer, Verification::None));
        assert_eq!(
            url("sslmode=require"),
            (SslMode::Require, Verification::None)
        );
        let file = Roots::File("/a b/root.crt".into());
        assert_eq!(
            url("sslmode=require&sslrootcert=/a%20b/root.crt"),
            (SslMode::Require, Verification::Authority(file.clone()))
        );
        assert_eq!(
            url("sslmode=verify-full&application_name=x"),
            (SslMode::Require, Verification::Full(Roots::System))
        );
        assert_eq!(
            verification("host=h user=a sslmode = verify-ca sslrootcert='/a b/root.crt' dbname=d"),
            (SslMode::Require, Verification::Authority(file))
        );
    }

    #[test]
    fn what_is_left_reaches_the_driver() {
        let (config, _) =
            parse_address(r"host=h password='a\'b c' sslmode=verify-full user=u").unwrap();
        assert_eq!(config.get_password(), Some(&b"a'b c"[..]));
        assert_eq!(config.get_user(), Some("u"));
        let (config, _) =
            parse_address("postgresql://u:p%3Fw@h:6543/d?sslmode=verify-full&connect_timeout=3")
                .unwrap();
        assert_eq!(config.get_password(), Some(&b"p?w"[..]));
        assert_eq!(config.get_ports(), [6543]);
        assert_eq!(config.get_connect_timeout().unwrap().as_secs(), 3);
    }

    #[test]
    fn no_error_repeats_the_password() {
        for text in [
            "",
            "mysql://u:hunter2@h/d",
            "postgres://u:hun@ter2@h/d",
            "postgres://u:hunter2@h:port/d",
            "postgres://u:hunter2@/d",
            "postgres://u:hunter2@h/d?pgbouncer=true",
            "postgres://u:hunter2@h/d?sslmode=hunter2",
            "host=h password=a hunter2=b",
            "host=h password='hunter2",
            "hunter2",
        ] {
            let error = parse_address(text).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(!said.contains("ter2"), "{text}: {said}");
        }
    }

    #[test]
    fn options_of_other_tools_are_named() {
        let error = parse_address("postgres://u@h/d?pgbouncer=true").unwrap_err();
        assert!(error.to_string().contains("`pgbouncer`"), "{error}");
    }
}
