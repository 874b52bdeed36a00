//! Runs a program on every side.

use callbox::{Catalog, Engine, Limits, RunRequest};
use callbox_tests::stage;

use super::{
    ended::{Ended, Side},
    node::Node,
    program::Program,
};

/// The two engines, and node if available.
pub(crate) struct Sides {
    pub(crate) node: Option<Node>,
    /// The side whose results are falsified, to check that this is noticed.
    pub(crate) perturbed: Option<Side>,
}

/// Time limit of a program, milliseconds.
const CPU_MS_MAX: u64 = 1_000;
/// Factor for the time limit if only some sides were stopped, since they may just be slow.
const MORE: u64 = 10;

impl Sides {
    pub(crate) fn run(&self, program: &Program) -> Vec<(Side, Ended)> {
        let text = program.text();
        let mut ends = self.within(&text, 1);
        let stopped = ends.iter().filter(|(_, end)| matches!(end, Ended::Stopped(_))).count();
        if stopped > 0 && stopped < ends.len() {
            ends = self.within(&text, MORE);
        }
        let wrong = ends.iter_mut().filter(|(side, _)| Some(*side) == self.perturbed);
        wrong.for_each(|(_, end)| *end = perturbed(end));
        ends
    }

    fn within(&self, text: &str, times: u64) -> Vec<(Side, Ended)> {
        let engines = [(Side::QuickJs, Engine::QuickJs), (Side::Boa, Engine::Boa)];
        let mut ends: Vec<_> = engines.map(|(side, engine)| (side, in_engine(text, engine, times))).into();
        // callbox also accepts TypeScript. node's type stripping does not judge JavaScript reliably, so it is used only
        // if node rejects the plain text.
        let accepted = ends.iter().any(|(_, end)| *end != Ended::Rejected);
        let in_node = |node: &Node| match node.run(text, times, false) {
            Ended::Rejected if accepted => node.run(text, times, true),
            end => end,
        };
        ends.extend(self.node.iter().map(|node| (Side::Node, in_node(node))));
        ends
    }
}

fn in_engine(text: &str, engine: Engine, times: u64) -> Ended {
    let limits = Limits { cpu_ms_max: CPU_MS_MAX * times, ..Limits::default() };
    let request = RunRequest::new(text).engine(engine).limits(limits).seed(1).clock_ms(1_767_225_600_000.0);
    Ended::of(&stage::run(&Catalog::default(), request))
}

/// Returns a different end: the last text is longer.
fn perturbed(end: &Ended) -> Ended {
    let Ended::Returned(parts) = end else { return Ended::Threw("Perturbed".to_owned()) };
    let mut parts = parts.clone();
    if let Some(last) = parts.last_mut() {
        last.push('!');
    }
    Ended::Returned(parts)
}
