//! Where a gateway gets types learned from results, and where it sends results to learn from. Storing what was learned
//! is up to the embedder.

use std::fmt;
use std::sync::Arc;

use callbox::{CatalogBuilder, internal::ResultObserver};
use callbox_bindings::{LearnedOutput, Tool};

type Recall = Arc<dyn Fn(&str, &Tool) -> Option<LearnedOutput> + Send + Sync>;

/// The two ends of learning. The default does nothing at either.
#[derive(Clone, Default)]
pub struct Learner {
    recall: Option<Recall>,
    observe: Option<ResultObserver>,
}

impl Learner {
    /// `recall` returns what is known of the results of a server's tool; `observe` sees the result of each successful call.
    pub fn new(
        recall: impl Fn(&str, &Tool) -> Option<LearnedOutput> + Send + Sync + 'static,
        observe: impl Fn(&str, &Arc<Tool>, &serde_json::Value) + Send + Sync + 'static,
    ) -> Self {
        Self { recall: Some(Arc::new(recall)), observe: Some(Arc::new(observe)) }
    }

    /// Returns a server's tool with what is known of its results.
    #[must_use]
    pub fn taught(&self, server: &str, tool: &Arc<Tool>) -> Arc<Tool> {
        let mut tool = Arc::clone(tool);
        if let Some(learned) = self.recall.as_ref().and_then(|recall| recall(server, &tool)) {
            Arc::make_mut(&mut tool).learned = Some(learned);
        }
        tool
    }

    /// Makes a catalogue send the result of each successful call.
    #[must_use]
    pub fn observe(&self, builder: CatalogBuilder) -> CatalogBuilder {
        match self.observe.clone() {
            Some(observe) => builder.on_result(move |server, tool, value| observe(server, tool, value)),
            None => builder,
        }
    }
}

impl fmt::Debug for Learner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learner").field("is_on", &self.recall.is_some()).finish()
    }
}
