//! Moments in JSON: RFC 3339, in UTC.

use std::ops::Range;

use serde::{Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// The longest that there is.
const FORM: [u8; 30] = *b"0000-00-00T00:00:00.000000000Z";
/// Where the parts of a second begin.
const POINT: usize = 19;

/// A moment that is written as text. Those that the database can hold and RFC 3339 cannot are left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(pub(super) OffsetDateTime);

impl Serialize for Moment {
    /// Lists are full of them: nothing is put together on the way.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = FORM;
        serializer.serialize_str(written(self.0, &mut form))
    }
}

/// The moment as text.
pub(super) fn text(moment: OffsetDateTime) -> String {
    let mut form = FORM;
    written(moment, &mut form).to_owned()
}

/// The moment that a text names.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

fn written(moment: OffsetDateTime, form: &mut [u8; 30]) -> &str {
    let moment = moment.to_offset(UtcOffset::UTC);
    let Some(year) = u32::try_from(moment.year()).ok().filter(|it| *it <= 9999) else {
        return "";
    };
    put(form, 0..4, year);
    put(form, 5..7, u8::from(moment.month()).into());
    put(form, 8..10, moment.day().into());
    put(form, 11..13, moment.hour().into());
    put(form, 14..16, moment.minute().into());
    put(form, 17..19, moment.second().into());
    put(form, 20..29, moment.nanosecond());
    // no more of the second than there is to say
    let mut end = form.len() - 1;
    let is_idle = |letter: Option<&u8>| matches!(letter, Some(b'0' | b'.'));
    while end > POINT && is_idle(form.get(end - 1)) {
        end -= 1;
    }
    if let Some(last) = form.get_mut(end) {
        *last = b'Z';
    }
    let text = form.get(..=end).and_then(|it| str::from_utf8(it).ok());
    text.unwrap_or_default()
}

/// Writes a number into its place.
fn put(form: &mut [u8], place: Range<usize>, mut number: u32) {
    for digit in form.get_mut(place).into_iter().flatten().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::UtcDateTime;

    use super::*;

    fn usual(moment: OffsetDateTime) -> String {
        let moment = moment.to_offset(UtcOffset::UTC);
        moment.format(&Rfc3339).unwrap_or_default()
    }

    #[test]
    fn what_the_calendar_has_no_room_for_is_left_empty() {
        for bad in [UtcDateTime::MIN, UtcDateTime::MAX] {
            let bad = OffsetDateTime::from(bad);
            assert_eq!(text(bad), usual(bad));
        }
    }

    proptest! {
        #[test]
        fn moments_are_written_as_rfc_3339_says(
            seconds in -70_000_000_000_i64..253_000_000_000,
            parts in prop_oneof![Just(0_u32), 0_u32..1_000_000_000, (0_u32..1000).prop_map(|it| it * 1_000_000)],
            hours in -20_i8..20,
        ) {
            let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let moment = moment + time::Duration::nanoseconds(parts.into());
            let moment = moment.to_offset(UtcOffset::from_hms(hours, 30 * hours.signum(), 0).unwrap());
            prop_assert_eq!(text(moment), usual(moment));
        }
    }
}
