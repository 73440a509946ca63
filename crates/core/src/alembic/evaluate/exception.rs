//! Exceptions: `try`, its handlers, and what `raise` raises.

use ruff_python_ast::{ExceptHandler, Expr as Syntax, StmtTry};

use super::super::python;
use super::super::value::Value;
use super::bindings::{merged, same_bindings};
use super::scope::{Scope, Snapshot};
use super::statement::Flow;
use super::{Doubt, Evaluator, Interrupt, Raised, Run};

impl Evaluator<'_> {
    pub(super) fn attempt(&mut self, attempt: &StmtTry, scope: &Scope) -> Run<Flow> {
        let steps = self.steps.len();
        let before = scope.snapshot();
        let tried = self.block(&attempt.body, scope);
        let end = match tried {
            Err(Interrupt::Limit) => return Err(Interrupt::Limit),
            Err(Interrupt::Raise(raised)) => self.handle(&attempt.handlers, raised, scope),
            Ok(flow) => {
                let end = match flow {
                    Flow::Next => self.block(&attempt.orelse, scope)?,
                    other => other,
                };
                let after = scope.snapshot();
                let changed = merged(&before, &after, "depends on whether an error occurs");
                if self.steps.len() > steps || !same_bindings(&before, &after) {
                    self.handlers_in_doubt(&attempt.handlers, scope, &changed)?;
                    scope.restore(&after);
                }
                Ok(end)
            }
        };
        match self.block(&attempt.finalbody, scope)? {
            Flow::Next => end,
            other => Ok(other),
        }
    }

    pub(super) fn handle(
        &mut self,
        handlers: &[ExceptHandler],
        raised: Raised,
        scope: &Scope,
    ) -> Run<Flow> {
        for handler in handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let catches = match &handler.type_ {
                None => true,
                Some(class) => {
                    let text = python::span(&**class).slice(&self.source).to_owned();
                    text.contains("Exception") || text.contains(raised.class.as_str())
                }
            };
            if catches {
                if let Some(name) = &handler.name {
                    scope.set(name.as_str(), Value::text(raised.message.as_str()));
                }
                return match self.block(&handler.body, scope) {
                    Err(Interrupt::Raise(again)) if again.message == "raised again" => {
                        Err(Interrupt::Raise(raised))
                    }
                    other => other,
                };
            }
        }
        Err(Interrupt::Raise(raised))
    }

    /// Handlers of a block that did not fail here, but may when it runs.
    pub(super) fn handlers_in_doubt(
        &mut self,
        handlers: &[ExceptHandler],
        scope: &Scope,
        bindings: &Snapshot,
    ) -> Run<()> {
        for handler in handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let what = match &handler.type_ {
                Some(class) => self.source_of(python::span(&**class)),
                None => "an error".to_owned(),
            };
            scope.restore(bindings);
            if let Some(name) = &handler.name {
                scope.set(name.as_str(), Value::unknown("is an error of the database"));
            }
            let doubt = Doubt::Condition(format!("{what} is raised"));
            let end = self.doubtful(doubt, |this| this.block(&handler.body, scope));
            if let Err(Interrupt::Limit) = end {
                return Err(Interrupt::Limit);
            }
        }
        Ok(())
    }

    /// The class and message of what is raised.
    pub(super) fn exception(&mut self, exception: &Syntax, scope: &Scope) -> Run<Raised> {
        let (class, arguments) = match exception {
            Syntax::Call(call) => (&*call.func, call.arguments.args.first()),
            other => (other, None),
        };
        let class = python::span(class).slice(&self.source);
        let class = class.rsplit('.').next().unwrap_or(class).to_owned();
        let message = match arguments {
            Some(argument) => match self.expression(argument, scope)? {
                Value::Str(text) => text.text.clone(),
                _ => self.source_of(python::span(argument)),
            },
            None => String::new(),
        };
        Ok(Raised { class, message })
    }
}
