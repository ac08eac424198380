//! A digest of a catalog: two snapshots with one fingerprint hold the same objects.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::CatalogSnapshot;

/// SHA-256 over every object's identity, shape, owner, grants and comment, as lower-case hex. OIDs,
/// row versions and estimates of rows are left out, and so is Lodger's own bookkeeping.
#[must_use]
pub fn fingerprint(snapshot: &CatalogSnapshot) -> String {
    let mut digest = Sha256::new();
    for (id, entry) in &snapshot.entries {
        if id.schema.as_deref() == Some("lodger") || (id.schema.is_none() && id.name == "lodger") {
            continue;
        }
        // A separator that no identifier and no definition holds keeps fields apart.
        let mut text = format!("{id}\0{:?}\0{:?}", entry.owner, entry.comment);
        for (label, value) in entry.shape() {
            let _ = write!(text, "\0{label}\0{value}");
        }
        for grant in &entry.grants {
            let _ = write!(
                text,
                "\0{}\0{}\0{}",
                grant.grantee, grant.privilege, grant.grantable
            );
        }
        digest.update(text.as_bytes());
        digest.update([1]);
    }
    let mut hex = String::with_capacity(64);
    for byte in digest.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
