//! Where a gateway gets types learned from results, and where it sends results to learn from. Storing what was learned
//! is up to the embedder.

use std::fmt;
use std::sync::Arc;

use callbox::{CatalogBuilder, internal::ResultObserver};
use callbox_bindings::Tool;

type Teach = Arc<dyn Fn(&str, &mut Vec<Tool>) + Send + Sync>;

/// The two ends of learning. The default does nothing at either.
#[derive(Clone, Default)]
pub struct Learner {
    teach: Option<Teach>,
    observe: Option<ResultObserver>,
}

impl Learner {
    /// `teach` adds what is known to a server's tools; `observe` sees the result of each successful call.
    pub fn new(
        teach: impl Fn(&str, &mut Vec<Tool>) + Send + Sync + 'static,
        observe: impl Fn(&str, &Tool, &serde_json::Value) + Send + Sync + 'static,
    ) -> Self {
        Self { teach: Some(Arc::new(teach)), observe: Some(Arc::new(observe)) }
    }

    pub(crate) fn teach(&self, server: &str, tools: &mut Vec<Tool>) {
        if let Some(teach) = &self.teach {
            teach(server, tools);
        }
    }

    pub(crate) fn observe(&self, builder: CatalogBuilder) -> CatalogBuilder {
        match self.observe.clone() {
            Some(observe) => builder.on_result(move |server, tool, value| observe(server, tool, value)),
            None => builder,
        }
    }
}

impl fmt::Debug for Learner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learner").field("is_on", &self.teach.is_some()).finish()
    }
}
