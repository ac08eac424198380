//! The page at `/`: its files, compiled in, with the headers that keep everything else out.
//!
//! They are plain HTML, CSS and JavaScript modules, served as they are written: see `docs/adr/0015-page-without-framework.md`.

use axum::Router;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::etag::is_known;

/// Only this server's own files run, and it alone is called. Nothing makes elements from text (`require-trusted-types-for`
/// refuses it in browsers that know it), so that what a draft holds stays text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// A file of the page.
#[derive(Debug, Clone, Copy)]
struct Asset {
    name: &'static str,
    text: &'static str,
}

macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        &[$(Asset { name: $name, text: include_str!(concat!("assets/", $name)) }),*]
    };
}

const INDEX: Asset = Asset {
    name: "index.html",
    text: include_str!("assets/index.html"),
};

/// What the page loads, from `/page/`.
const ASSETS: &[Asset] = assets![
    "account.js",
    "api.js",
    "auth.js",
    "base.css",
    "dialog.js",
    "dom.js",
    "drafts.js",
    "early.js",
    "format.js",
    "gate.js",
    "icon.svg",
    "json.js",
    "keys.js",
    "library.js",
    "main.js",
    "markdown-inline.js",
    "markdown.js",
    "mine.js",
    "notice.js",
    "panes.css",
    "problem.js",
    "prose.css",
    "reader.js",
    "route.js",
    "selection.js",
    "session.js",
    "sessions.js",
    "storage.js",
    "stream.js",
    "theme.js",
    "transfer.js",
];

/// The page at `/`, and its files below `/page/`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let mut router = Router::new().route("/", get(serve(INDEX)));
    for asset in ASSETS {
        router = router.route(&format!("/page/{}", asset.name), get(serve(*asset)));
    }
    router
}

fn serve(asset: Asset) -> impl Fn(HeaderMap) -> std::future::Ready<Response> + Clone {
    let tag = tag(asset.text);
    move |headers| std::future::ready(answer(asset, &tag, &headers))
}

fn tag(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash))
}

fn answer(asset: Asset, tag: &str, request: &HeaderMap) -> Response {
    let headers: [(HeaderName, &str); 6] = [
        (header::CONTENT_TYPE, kind(asset.name)),
        (header::ETAG, tag),
        // modules name each other without a version: each is asked for again, and answered with nothing if it is the same
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    if is_known(request, tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, asset.text).into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn all() -> impl Iterator<Item = &'static Asset> {
        std::iter::once(&INDEX).chain(ASSETS)
    }

    #[test]
    fn every_file_is_served_as_what_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/assets");
        let files = std::fs::read_dir(folder).unwrap();
        let files: BTreeSet<_> = files
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        let served: BTreeSet<_> = all().map(|it| it.name.to_owned()).collect();
        assert_eq!(files, served);
        for asset in all() {
            assert_ne!(
                kind(asset.name),
                "application/octet-stream",
                "{}",
                asset.name
            );
        }
    }

    #[test]
    fn what_is_loaded_is_served_and_the_other_way_round() {
        let mut loaded: BTreeSet<&str> = BTreeSet::new();
        for asset in all() {
            let imports = asset.text.split("from \"./").skip(1);
            let links = asset.text.split("\"/page/").skip(1);
            loaded.extend(imports.chain(links).filter_map(|it| it.split('"').next()));
        }
        let served: BTreeSet<_> = ASSETS.iter().map(|it| it.name).collect();
        assert_eq!(loaded, served);
    }

    #[test]
    fn nothing_makes_elements_or_code_from_text() {
        let forbidden = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "DOMParser",
            "createContextualFragment",
            "srcdoc",
            "style=",
            "<style",
            "onclick=",
            "onload=",
            "http://",
            "//cdn",
        ];
        for asset in all() {
            // the namespace of SVG is a name, not an address
            let text = asset.text.replace("http://www.w3.org/2000/svg", "");
            for word in forbidden {
                assert!(!text.contains(word), "{}: {word}", asset.name);
            }
        }
        assert!(!INDEX.text.contains("<script>"));
    }

    #[test]
    fn files_keep_to_their_one_job() {
        for asset in all() {
            assert!(asset.text.lines().count() <= 260, "{}", asset.name);
            let says = asset.text.starts_with("// ") || asset.text.starts_with("/* ");
            let is_code = ["text/javascript", "text/css"]
                .iter()
                .any(|it| kind(asset.name).starts_with(it));
            assert!(
                says || !is_code,
                "{} does not begin with its job",
                asset.name
            );
        }
    }
}
