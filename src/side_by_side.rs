//! Pieces of work side by side, whose results are taken in their order.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;

thread_local! {
    /// Whether what this thread does is one of several pieces of work.
    static IS_BESIDE_OTHERS: Cell<bool> = const { Cell::new(false) };
}

/// How many threads are free for what this one does: those of the pool, or itself alone where other pieces of work are done
/// beside it.
pub(crate) fn free_threads() -> usize {
    if IS_BESIDE_OTHERS.get() { 1 } else { rayon::current_num_threads() }
}

/// Does the pieces of work 0, 1, ..., as many at once as there are threads in the pool, and hands each result to `take` as
/// soon as those before it were taken. What `take` refuses ends the work: pieces that were begun are finished, and no other
/// is begun. The pieces may use the pool themselves.
///
/// # Errors
/// That of `take`.
pub(crate) fn side_by_side<T: Send, E>(
    n: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let n_threads = rayon::current_num_threads().min(n);
    thread::scope(|scope| {
        for _ in 0..n_threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                IS_BESIDE_OTHERS.set(n_threads > 1);
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more where a result was refused.
                    if index >= n || sender.send((index, work(index))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut taken = 0;
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&taken) {
                take(taken, result)?;
                taken += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_order_however_long_each_takes() {
        let mut taken = Vec::new();
        // The first takes longest.
        let work =
            |index: usize| (0..(40 - index) * 1000).fold(index, |sum, one| sum ^ one ^ (one + 1) ^ 1) % 7 + index;
        let expected: Vec<usize> = (0..40).map(work).collect();
        let done: Result<(), ()> = side_by_side(40, work, |index, result| {
            assert_eq!(index, taken.len());
            taken.push(result);
            Ok(())
        });
        assert_eq!((done, taken), (Ok(()), expected));
        assert_eq!(side_by_side(0, |index| index, |_, _| Err("nothing to take")), Ok(()));
    }

    #[test]
    fn what_is_refused_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let work = |index: usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            thread::sleep(std::time::Duration::from_millis(1));
            index
        };
        let refused = side_by_side(10_000, work, |_, result| if result < 3 { Ok(()) } else { Err(result) });
        assert_eq!(refused, Err(3));
        assert!(begun.load(Ordering::Relaxed) < 10_000);
    }
}
