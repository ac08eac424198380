//! What statements of a kind use to write, so that a look can be asked for before it is known what one wrote.

use std::collections::HashMap;

use lodger_migration::statement::StatementKind;

use super::question::About;

/// By the kind of statement, what had to be asked about the last one, and whether the one before it wrote the
/// same catalogs.
#[derive(Debug, Default)]
pub(super) struct Habits(HashMap<StatementKind, (About, bool)>);

impl Habits {
    /// What will probably have to be asked about a statement of this kind.
    pub(super) fn expected(&self, kind: &StatementKind) -> Option<&About> {
        let (about, again) = self.0.get(kind)?;
        again.then_some(about)
    }

    /// What to ask about one of this kind that wrote these places.
    pub(super) fn about(&self, kind: &StatementKind, places: &[usize]) -> About {
        let last = self.0.get(kind);
        let thorough = last.is_some_and(|(last, _)| last.thorough && last.places == places);
        About::of(places, thorough)
    }

    /// Notes what had to be asked about one.
    pub(super) fn note(&mut self, kind: &StatementKind, about: About) {
        let last = self.0.get(kind);
        let again = last.is_some_and(|(last, _)| last.places == about.places);
        self.0.insert(kind.clone(), (about, again));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_twice_is_expected_until_something_else_is() {
        let mut habits = Habits::default();
        let kind = StatementKind::AlterTable;
        habits.note(&kind, About::of(&[1], false));
        assert_eq!(habits.expected(&kind), None);
        habits.note(&kind, About::of(&[1], false));
        assert_eq!(habits.expected(&kind), Some(&About::of(&[1], false)));
        assert_eq!(habits.expected(&StatementKind::CreateTable), None);
        habits.note(&kind, About::of(&[1, 2], false));
        assert_eq!(habits.expected(&kind), None);
        habits.note(&kind, About::of(&[1, 2], false));
        assert_eq!(habits.expected(&kind), Some(&About::of(&[1, 2], false)));
    }

    #[test]
    fn who_had_to_be_searched_for_is_searched_for_again() {
        let mut habits = Habits::default();
        let kind = StatementKind::AlterTable;
        assert_eq!(habits.about(&kind, &[1]), About::of(&[1], false));
        habits.note(&kind, About::of(&[1], true));
        assert_eq!(habits.about(&kind, &[1]), About::of(&[1], true));
        assert_eq!(habits.about(&kind, &[2]), About::of(&[2], false));
        habits.note(&kind, About::of(&[1], false));
        assert_eq!(habits.about(&kind, &[1]), About::of(&[1], false));
    }
}
