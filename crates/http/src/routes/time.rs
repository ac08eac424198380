//! Moments in JSON: RFC 3339, in UTC.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// The moment as text. Those that the database can hold and RFC 3339 cannot are left empty.
pub(super) fn text(moment: OffsetDateTime) -> String {
    let moment = moment.to_offset(UtcOffset::UTC);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// The moment that a text names.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}
