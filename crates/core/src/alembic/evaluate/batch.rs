//! `with op.batch_alter_table(…)`: what a batch collects is sent where its block ends.

use std::rc::Rc;

use super::super::value::{Batch, Value};
use super::{Args, Doubt, Evaluator, Run};
use crate::text::Span;

/// A block that is being run.
pub struct OpenBatch {
    batch: Rc<Batch>,
    waiting: Vec<Waiting>,
}

/// A call that waits for the end of its block, with what was known about it where it stands.
struct Waiting {
    name: String,
    args: Args,
    doubts: Vec<Doubt>,
    site: Span,
}

impl Evaluator<'_> {
    /// `batch_op.name(…)`.
    pub fn batch_method(&mut self, batch: &Rc<Batch>, name: &str, args: &Args) -> Run<Value> {
        if !collects(name) {
            return self.operation(name, Some(batch), args);
        }
        let (doubts, site) = (self.doubts.clone(), self.site);
        let mut open = self.batches.iter_mut().rev();
        match open.find(|open| Rc::ptr_eq(&open.batch, batch)) {
            Some(open) => {
                open.waiting.push(Waiting {
                    name: name.to_owned(),
                    args: args.clone(),
                    doubts,
                    site,
                });
                Ok(Value::None)
            }
            None => self.operation(name, Some(batch), args),
        }
    }

    /// Runs a block, then what it collected; an exception in it leaves that behind.
    pub(super) fn in_batch<T>(
        &mut self,
        batch: &Rc<Batch>,
        run: impl FnOnce(&mut Self) -> Run<T>,
    ) -> Run<T> {
        self.batches.push(OpenBatch {
            batch: batch.clone(),
            waiting: Vec::new(),
        });
        let end = run(self);
        let closed = self.batches.pop();
        let end = end?;
        for call in closed.map(|open| open.waiting).unwrap_or_default() {
            let doubts = std::mem::replace(&mut self.doubts, call.doubts);
            let site = std::mem::replace(&mut self.site, call.site);
            let done = self.operation(&call.name, Some(batch), &call.args);
            self.doubts = doubts;
            self.site = site;
            done?;
        }
        Ok(end)
    }
}

/// Whether a batch keeps such a call for its end. The others run at once, as everything that is called on `op` does.
///
/// Source: Alembic, `BatchOperationsImpl`.
fn collects(name: &str) -> bool {
    matches!(
        name,
        "add_column"
            | "alter_column"
            | "drop_column"
            | "create_index"
            | "drop_index"
            | "create_primary_key"
            | "create_unique_constraint"
            | "create_foreign_key"
            | "create_check_constraint"
            | "create_exclude_constraint"
            | "drop_constraint"
            | "create_table_comment"
            | "drop_table_comment"
    )
}
