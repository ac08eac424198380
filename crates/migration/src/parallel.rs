//! Spreads work on many files over the machine's processors.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{available_parallelism, scope};

/// Fewer items than this are not worth a thread.
const WORTH_IT: usize = 32;

/// The results of `work` for each item, in order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, NonZero::get);
    if items.len() < WORTH_IT || threads == 1 {
        return items
            .iter()
            .enumerate()
            .map(|(at, it)| work(at, it))
            .collect();
    }
    let size = items.len().div_ceil(threads);
    let work = &work;
    scope(|scope| {
        let chunks: Vec<_> = items
            .chunks(size)
            .enumerate()
            .map(|(chunk, items)| {
                let numbered = items.iter().enumerate();
                let all = numbered.map(move |(at, it)| work(chunk * size + at, it));
                scope.spawn(move || all.collect::<Vec<R>>())
            })
            .collect();
        let joined = chunks
            .into_iter()
            .map(|chunk| chunk.join().unwrap_or_else(|it| resume_unwind(it)));
        joined.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_however_many_there_are() {
        for count in [0, 1, 31, 32, 33, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(
                map(&items, |at, it| (at, *it * 2)),
                items.iter().map(|it| (*it, it * 2)).collect::<Vec<_>>()
            );
        }
    }
}
