//! A database that answers, or does not, as a test wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lodger_http::Probe;

#[derive(Debug)]
pub(crate) struct Ready(AtomicBool);

impl Ready {
    pub(crate) fn always() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    pub(crate) fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::SeqCst);
    }
}

impl Probe for Ready {
    fn ready(&self) -> BoxFuture<'_, bool> {
        std::future::ready(self.0.load(Ordering::SeqCst)).boxed()
    }
}
