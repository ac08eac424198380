//! What statements of a kind use to write, so that a look can be asked for before it is known what one wrote.

use std::collections::HashMap;

use lodger_migration::statement::StatementKind;

/// By the kind of statement, the places of the catalogs that the last one wrote, and whether the one before it
/// wrote the same.
#[derive(Debug, Default)]
pub(super) struct Habits(HashMap<StatementKind, (Vec<usize>, bool)>);

impl Habits {
    /// What a statement of this kind will probably write.
    pub(super) fn expected(&self, kind: &StatementKind) -> Option<&[usize]> {
        let (places, again) = self.0.get(kind)?;
        again.then_some(places)
    }

    /// Notes what one wrote.
    pub(super) fn note(&mut self, kind: &StatementKind, places: &[usize]) {
        if let Some((last, again)) = self.0.get_mut(kind) {
            *again = last == places;
            if !*again {
                places.clone_into(last);
            }
        } else {
            self.0.insert(kind.clone(), (places.to_owned(), false));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_twice_is_expected_until_something_else_is() {
        let mut habits = Habits::default();
        let kind = StatementKind::AlterTable;
        habits.note(&kind, &[1]);
        assert_eq!(habits.expected(&kind), None);
        habits.note(&kind, &[1]);
        assert_eq!(habits.expected(&kind), Some([1].as_slice()));
        assert_eq!(habits.expected(&StatementKind::CreateTable), None);
        habits.note(&kind, &[1, 2]);
        assert_eq!(habits.expected(&kind), None);
        habits.note(&kind, &[1, 2]);
        assert_eq!(habits.expected(&kind), Some([1, 2].as_slice()));
    }
}
