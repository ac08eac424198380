//! Draws what happens to whom, and when.

use std::fmt;
use std::time::Duration;

use super::line::{Hold, Side, Traffic};

/// What goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Victim {
    /// Lodger, by SIGKILL.
    Lodger,
    /// The server, as in a power failure; it is started again at once.
    Server,
    /// Every backend of the database, by `pg_terminate_backend`.
    Backend,
    /// The network: both ends find the connection gone.
    Network,
}

/// When it goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// While this message is held.
    Held(Hold, Side),
    /// So long after the start.
    After(Duration),
}

/// How it goes when nothing happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Undisturbed {
    pub(super) traffic: Traffic,
    pub(super) takes: Duration,
}

/// The same numbers for the same seed.
pub(super) struct Draw(u64);

impl fmt::Display for Victim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lodger => "lodger",
            Self::Server => "server",
            Self::Backend => "backend",
            Self::Network => "network",
        })
    }
}

impl Moment {
    pub(super) fn hold(self) -> Option<(Hold, Side)> {
        match self {
            Self::Held(hold, side) => Some((hold, side)),
            Self::After(_) => None,
        }
    }
}

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// They take turns, so that each of them gets its share.
    pub(super) fn victim(run: u64) -> Victim {
        match run % 4 {
            0 => Victim::Lodger,
            1 => Victim::Network,
            2 => Victim::Server,
            _ => Victim::Backend,
        }
    }

    /// Every other time, for each victim, it is at the edge of a step: two victims at each edge, one on either
    /// side, before an edge comes again with the other two. Otherwise it is at any message or at any time.
    pub(super) fn moment(&mut self, run: u64, undisturbed: &Undisturbed) -> Moment {
        let Traffic { messages, edges } = undisturbed.traffic;
        let sides = [Side::Before, Side::After];
        let number = |it: u64| usize::try_from(it).unwrap();
        let (turn, victim) = (number(run / 4), number(run % 4));
        if turn.is_multiple_of(2) && edges > 0 {
            let block = turn / 2;
            let round = block * 2 / edges;
            let edge = (block * 2 + (victim / 2 + round) % 2) % edges;
            // with a single edge every block is two rounds
            let side = (victim + block + if edges > 1 { round / 2 } else { 0 }) % 2;
            return Moment::Held(Hold::Edge(1 + edge), sides[side]);
        }
        if self.below(2) == 0 {
            return Moment::After(undisturbed.takes.mul_f64(self.part()));
        }
        let message = Hold::Message(1 + self.below(messages));
        Moment::Held(message, sides[self.below(2)])
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap().max(1);
        usize::try_from(self.next() % limit).unwrap()
    }

    fn part(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() % 1000).unwrap()) / 1000.0
    }

    /// Numbers that look random: the generator that others use to seed theirs.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
