//! Statements: what runs, what is skipped, and what may run.

use std::collections::BTreeMap;
use std::rc::Rc;

use ruff_python_ast::{
    Expr as Syntax, Stmt, StmtFor, StmtFunctionDef, StmtIf, StmtMatch, StmtWhile, StmtWith,
};

use super::super::python;
use super::super::value::{
    Body, Class, Function, FunctionKind, Handle, Known, Shared, Unknown, Value,
};
use super::bindings::{either_value, merged};
use super::body::{
    assigned, has_return, holds_yield, is_type_checking, leaves_only_round, negated, yields,
};
use super::scope::Scope;
use super::{Doubt, Evaluator, Interrupt, Raised, Run, raise};
use crate::text::Span;

/// How a statement ends.
#[derive(Clone, Debug)]
pub enum Flow {
    /// On to the next.
    Next,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return`.
    Return(Value),
}

/// How many rounds a loop over known things may have.
const MOST_ROUNDS: usize = 5_000;

impl Evaluator<'_> {
    /// Runs a block.
    pub fn block(&mut self, body: &[Stmt], scope: &Scope) -> Run<Flow> {
        for statement in body {
            match self.statement(statement, scope)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    /// Runs one statement.
    pub fn statement(&mut self, statement: &Stmt, scope: &Scope) -> Run<Flow> {
        self.pay()?;
        match statement {
            Stmt::Expr(statement) => {
                self.call_statement(&statement.value, scope)?;
            }
            Stmt::Assign(assign) => {
                let value = self.expression(&assign.value, scope)?;
                for target in &assign.targets {
                    self.assign(target, value.clone(), scope)?;
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    let value = self.expression(value, scope)?;
                    self.assign(&assign.target, value, scope)?;
                }
            }
            Stmt::AugAssign(assign) => {
                let left = self.expression(&assign.target, scope)?;
                let right = self.expression(&assign.value, scope)?;
                let value = self.augment(left, assign.op, right)?;
                self.assign(&assign.target, value, scope)?;
            }
            Stmt::If(branch) => return self.branch(branch, scope),
            Stmt::For(each) => return self.for_each(each, scope),
            Stmt::While(repeat) => return self.repeat(repeat, scope),
            Stmt::With(with) => return self.with(with, scope),
            Stmt::Try(attempt) => return self.attempt(attempt, scope),
            Stmt::Match(choice) => return self.choose(choice, scope),
            Stmt::Return(leave) => {
                let value = match &leave.value {
                    Some(value) => self.expression(value, scope)?,
                    None => Value::None,
                };
                return Ok(Flow::Return(value));
            }
            Stmt::Raise(failure) => {
                let raised = match &failure.exc {
                    Some(exception) => self.exception(exception, scope)?,
                    None => Raised {
                        class: "Exception".to_owned(),
                        message: "raised again".to_owned(),
                    },
                };
                return Err(Interrupt::Raise(raised));
            }
            Stmt::Assert(check) => {
                let holds = self.expression(&check.test, scope)?.truth();
                if holds == Ok(false) {
                    return raise("AssertionError", self.source_of(python::span(&*check.test)));
                }
            }
            Stmt::FunctionDef(definition) => {
                let function = self.define(definition, scope)?;
                scope.set(definition.name.as_str(), function);
            }
            Stmt::ClassDef(definition) => {
                let class = self.define_class(definition, scope)?;
                scope.set(definition.name.as_str(), class);
            }
            Stmt::Import(import) => Self::import(import, scope),
            Stmt::ImportFrom(import) => self.import_from(import, scope)?,
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.delete(target, scope)?;
                }
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    scope.declare_elsewhere(name.as_str());
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    scope.declare_elsewhere(name.as_str());
                }
            }
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Continue(_) => return Ok(Flow::Continue),
            Stmt::Pass(_) | Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        Ok(Flow::Next)
    }

    fn define(&mut self, definition: &StmtFunctionDef, scope: &Scope) -> Run<Value> {
        let parameters = definition.parameters.as_ref().clone();
        let defaults = self.defaults(&parameters, scope)?;
        let mut kind = FunctionKind::Plain;
        let mut compiled: Option<Rc<Class>> = None;
        for decorator in &definition.decorator_list {
            match self.expression(&decorator.expression, scope)? {
                Value::Path(path) => {
                    kind = match path.rsplit('.').next() {
                        Some("contextmanager") => FunctionKind::ContextManager,
                        Some("classmethod") => FunctionKind::OfClass,
                        Some("staticmethod") => FunctionKind::Static,
                        _ => kind,
                    };
                }
                Value::Method(method) if method.name == super::COMPILED => {
                    if let Value::Class(class) = &method.receiver {
                        compiled = Some(class.clone());
                    }
                }
                Value::Unknown(unknown) => {
                    return Ok(Value::Unknown(Unknown::code(format!(
                        "`{}` is wrapped by a decorator that is not read: {}",
                        definition.name, unknown.reason
                    ))));
                }
                _ => {}
            }
        }
        let function = Value::Function(Rc::new(Function {
            name: definition.name.to_string(),
            parameters,
            defaults,
            yields: yields(&definition.body),
            body: Body::Block(definition.body.to_vec()),
            scope: scope.clone(),
            kind,
        }));
        if let Some(class) = compiled {
            let mut attributes = class.attributes.borrow_mut();
            attributes.push((super::COMPILED.to_owned(), function.clone()));
        }
        Ok(function)
    }

    /// The values of a function's defaults, worked out where it is made.
    pub fn defaults(
        &mut self,
        parameters: &ruff_python_ast::Parameters,
        scope: &Scope,
    ) -> Run<BTreeMap<String, Value>> {
        let mut defaults = BTreeMap::new();
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default() {
                let value = self.expression(default, scope)?;
                defaults.insert(parameter.name().to_string(), value);
            }
        }
        Ok(defaults)
    }

    /// Binds a target: a name, an attribute, an element, or several.
    pub fn assign(&mut self, target: &Syntax, value: Value, scope: &Scope) -> Run<()> {
        match target {
            Syntax::Name(name) => scope.set(name.id.as_str(), value),
            Syntax::Tuple(tuple) => self.unpack(&tuple.elts, value, scope)?,
            Syntax::List(list) => self.unpack(&list.elts, value, scope)?,
            Syntax::Starred(starred) => self.assign(&starred.value, value, scope)?,
            Syntax::Attribute(attribute) => {
                let object = self.expression(&attribute.value, scope)?;
                self.set_attribute(&object, attribute.attr.as_str(), value);
            }
            Syntax::Subscript(subscript) => {
                let object = self.expression(&subscript.value, scope)?;
                let key = self.expression(&subscript.slice, scope)?;
                self.set_item(&object, key, value);
            }
            _ => {}
        }
        Ok(())
    }

    fn unpack(&mut self, targets: &[Syntax], value: Value, scope: &Scope) -> Run<()> {
        let items = match value.items() {
            Ok(items) => items,
            Err(unknown) => {
                for target in targets {
                    self.assign(target, Value::Unknown(unknown.clone()), scope)?;
                }
                return Ok(());
            }
        };
        let starred = targets
            .iter()
            .position(|target| matches!(target, Syntax::Starred(_)));
        let rest = items.len().saturating_sub(targets.len().saturating_sub(1));
        let fits = match starred {
            Some(_) => items.len() + 1 >= targets.len(),
            None => items.len() == targets.len(),
        };
        if !fits {
            return raise("ValueError", "wrong number of values to unpack");
        }
        let mut items = items.into_iter();
        for (index, target) in targets.iter().enumerate() {
            let item = if Some(index) == starred {
                let taken = items.by_ref().take(rest).collect();
                self.list(taken)
            } else {
                items.next().unwrap_or(Value::None)
            };
            self.assign(target, item, scope)?;
        }
        Ok(())
    }

    fn delete(&mut self, target: &Syntax, scope: &Scope) -> Run<()> {
        match target {
            Syntax::Name(name) => scope.remove(name.id.as_str()),
            Syntax::Subscript(subscript) => {
                let object = self.expression(&subscript.value, scope)?;
                let key = self.expression(&subscript.slice, scope)?;
                self.remove_item(&object, &key);
            }
            _ => {}
        }
        Ok(())
    }

    fn branch(&mut self, branch: &StmtIf, scope: &Scope) -> Run<Flow> {
        let mut arms: Vec<(Option<&Syntax>, &[Stmt])> = vec![(Some(&branch.test), &branch.body)];
        let others = branch.elif_else_clauses.iter();
        arms.extend(others.map(|arm| (arm.test.as_ref(), arm.body.as_slice())));
        self.arms(&arms, scope)
    }

    /// The first arm that holds; where that is not known, each that may.
    fn arms(&mut self, arms: &[(Option<&Syntax>, &[Stmt])], scope: &Scope) -> Run<Flow> {
        let Some(((test, body), rest)) = arms.split_first() else {
            return Ok(Flow::Next);
        };
        let Some(test) = test else {
            return self.block(body, scope);
        };
        if is_type_checking(test) {
            return self.arms(rest, scope);
        }
        match self.expression(test, scope)?.truth() {
            Ok(true) => self.block(body, scope),
            Ok(false) => self.arms(rest, scope),
            Err(_) => self.either(test, body, rest, scope),
        }
    }

    /// Both arms of an `if` whose test is not known.
    fn either(
        &mut self,
        test: &Syntax,
        body: &[Stmt],
        rest: &[(Option<&Syntax>, &[Stmt])],
        scope: &Scope,
    ) -> Run<Flow> {
        let holds = self.source_of(python::span(test));
        let fails = negated(&holds, test);
        let before = scope.snapshot();
        let steps = self.steps.len();
        let returns = self.returns.last().map_or(0, Vec::len);
        let first = self.doubtful(Doubt::Condition(holds.clone()), |this| {
            this.block(body, scope)
        });
        let after_first = scope.snapshot();
        scope.restore(&before);
        let second = self.doubtful(Doubt::Condition(fails.clone()), |this| {
            this.arms(rest, scope)
        });
        let after_second = scope.snapshot();
        let quiet = self.steps.len() == steps;
        let reason = format!("depends on `{holds}`");
        if self.returns.last().map_or(0, Vec::len) > returns {
            // A `return` deeper inside one of the arms may have ended the function.
            let stays = format!("the code under `{holds}` did not return");
            self.doubts.push(Doubt::Condition(stays));
        }
        if matches!(
            (&first, &second),
            (Err(Interrupt::Limit), _) | (_, Err(Interrupt::Limit))
        ) {
            return Err(Interrupt::Limit);
        }
        match (first, second) {
            (Err(raised), Err(_)) => Err(raised),
            // An arm that raises ends everything: whatever comes after runs only if the other arm was taken.
            (Err(_), Ok(flow)) => {
                scope.restore(&after_second);
                Ok(flow)
            }
            (Ok(flow), Err(_)) => {
                scope.restore(&after_first);
                Ok(flow)
            }
            (Ok(Flow::Next), Ok(Flow::Next)) => {
                scope.restore(&merged(&after_first, &after_second, &reason));
                Ok(Flow::Next)
            }
            (Ok(Flow::Next), Ok(leaves)) => {
                scope.restore(&after_first);
                self.leave_sometimes(leaves, holds, quiet, &reason);
                Ok(Flow::Next)
            }
            (Ok(leaves), Ok(Flow::Next)) => {
                scope.restore(&after_second);
                self.leave_sometimes(leaves, fails, quiet, &reason);
                Ok(Flow::Next)
            }
            (Ok(Flow::Return(a)), Ok(Flow::Return(b))) => {
                Ok(Flow::Return(either_value(&a, &b, &reason)))
            }
            (Ok(first), Ok(_)) => {
                scope.restore(&merged(&after_first, &after_second, &reason));
                Ok(first)
            }
        }
    }

    /// One arm leaves the function or the round: what follows runs only under the condition that it did not.
    ///
    /// The condition is closed by whoever runs the function or the loop.
    fn leave_sometimes(&mut self, leaves: Flow, stays: String, quiet: bool, reason: &str) {
        if let Flow::Return(value) = &leaves {
            let returned = self.returns.last_mut();
            if let Some(returned) = returned {
                returned.push((value.clone(), reason.to_owned()));
            }
        }
        // `if not wanted(): return` before anything was done guards the whole half: what a reviewer wants to see
        // is what it does when it does something.
        let guards_all = quiet
            && matches!(leaves, Flow::Return(_))
            && self.steps.is_empty()
            && self.returns.len() <= 1;
        self.doubts.push(if guards_all {
            Doubt::Guard(stays)
        } else {
            Doubt::Condition(stays)
        });
    }

    fn for_each(&mut self, each: &StmtFor, scope: &Scope) -> Run<Flow> {
        let iterable = self.expression(&each.iter, scope)?;
        if matches!(iterable, Value::Handle(Handle::NoResult) | Value::None) {
            return raise("TypeError", "'NoneType' object is not iterable");
        }
        let open = self.doubts.len();
        let result = match self.members(&iterable) {
            Ok(items) if items.len() <= MOST_ROUNDS => {
                let mut flow = Flow::Next;
                for item in items {
                    self.assign(&each.target, item, scope)?;
                    let round = self.doubts.len();
                    let end = self.block(&each.body, scope)?;
                    match end {
                        Flow::Next => {}
                        // `continue` under an unknown test leaves only the round, anything else the loop.
                        Flow::Continue => self.doubts.truncate(round),
                        Flow::Break => {
                            flow = Flow::Break;
                            break;
                        }
                        Flow::Return(value) => {
                            self.doubts.truncate(open);
                            return Ok(Flow::Return(value));
                        }
                    }
                    if leaves_only_round(&each.body) {
                        self.doubts.truncate(round);
                    }
                }
                match flow {
                    Flow::Break => Ok(Flow::Next),
                    _ => self.block(&each.orelse, scope),
                }
            }
            Ok(_) => {
                let unknown = Unknown::data("is one of very many");
                self.unknown_rounds(Some(&each.target), &unknown, &each.body, scope)
            }
            Err(unknown) => self.unknown_rounds(Some(&each.target), &unknown, &each.body, scope),
        };
        if !matches!(result, Ok(Flow::Return(_))) && !has_return(&each.body) {
            self.doubts.truncate(open);
        }
        result
    }

    fn repeat(&mut self, repeat: &StmtWhile, scope: &Scope) -> Run<Flow> {
        let forever = matches!(&*repeat.test, Syntax::BooleanLiteral(literal) if literal.value);
        let open = self.doubts.len();
        let mut rounds = 0;
        let result = loop {
            let test = self.expression(&repeat.test, scope)?.truth();
            match test {
                Ok(false) => break self.block(&repeat.orelse, scope),
                Ok(true) if !forever && rounds < MOST_ROUNDS => {
                    rounds += 1;
                    match self.block(&repeat.body, scope)? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => break Ok(Flow::Next),
                        Flow::Return(value) => break Ok(Flow::Return(value)),
                    }
                    if self.doubts.len() > open {
                        // It may have ended here.
                        let unknown = Unknown::data("changes from round to round of a loop");
                        break self.unknown_rounds(None, &unknown, &repeat.body, scope);
                    }
                }
                Ok(true) | Err(_) => {
                    let unknown = Unknown::data("changes from round to round of a loop");
                    break self.unknown_rounds(None, &unknown, &repeat.body, scope);
                }
            }
        };
        self.doubts.truncate(open);
        result
    }

    /// A loop of which the rounds are not known: its body is run once for all of them.
    fn unknown_rounds(
        &mut self,
        target: Option<&Syntax>,
        unknown: &Unknown,
        body: &[Stmt],
        scope: &Scope,
    ) -> Run<Flow> {
        let before = scope.snapshot();
        let changed = assigned(body);
        for name in &changed {
            if scope.get(name).is_some() {
                scope.set(
                    name,
                    Value::Unknown(Unknown::data("changes from round to round of a loop")),
                );
            }
        }
        if let Some(target) = target {
            self.assign(target, Value::unknown(&unknown.reason), scope)?;
        }
        let end = self.doubtful(Doubt::Loop, |this| this.block(body, scope));
        let after = scope.snapshot();
        scope.restore(&merged(
            &before,
            &after,
            "changes from round to round of a loop",
        ));
        match end {
            // An exception inside is only one of its rounds'.
            Err(Interrupt::Limit) => Err(Interrupt::Limit),
            Ok(Flow::Return(value)) => {
                if let Some(returned) = self.returns.last_mut() {
                    returned.push((value, unknown.reason.to_string()));
                }
                Ok(Flow::Next)
            }
            _ => Ok(Flow::Next),
        }
    }

    fn with(&mut self, with: &StmtWith, scope: &Scope) -> Run<Flow> {
        self.with_items(&with.items, &with.body, scope)
    }

    fn with_items(
        &mut self,
        items: &[ruff_python_ast::WithItem],
        body: &[Stmt],
        scope: &Scope,
    ) -> Run<Flow> {
        let Some((item, rest)) = items.split_first() else {
            return self.block(body, scope);
        };
        let manager = self.expression(&item.context_expr, scope)?;
        if let Value::Handle(Handle::AutocommitBlock) = manager {
            return self.in_autocommit(|this| this.with_items(rest, body, scope));
        }
        let span = python::span(&item.context_expr);
        let entered = match &manager {
            Value::Method(method) => match (&method.receiver, method.name.as_str()) {
                (Value::Function(function), "<context manager>") => {
                    return self.with_generator(function.clone(), item, rest, body, scope, span);
                }
                _ => Value::None,
            },
            Value::Instance(instance) => match instance.class.attribute("__enter__") {
                Some(Value::Function(enter)) => {
                    let arguments = super::Args::one(manager.clone(), span);
                    self.call_function(&enter, arguments)?
                }
                _ => manager.clone(),
            },
            _ => manager.clone(),
        };
        if let Some(target) = &item.optional_vars {
            self.assign(target, entered, scope)?;
        }
        if let Value::Handle(Handle::Batch(batch)) = &manager {
            return self.in_batch(batch, |this| this.with_items(rest, body, scope));
        }
        let end = self.with_items(rest, body, scope);
        if let Value::Handle(Handle::Session(session)) = &manager {
            let session = session.clone();
            self.flush(&session, span)?;
        }
        if let Value::Instance(instance) = &manager
            && let Some(Value::Function(exit)) = instance.class.attribute("__exit__")
        {
            let mut arguments = super::Args::one(manager.clone(), span);
            for _ in 0..3 {
                arguments.push(Value::None, span);
            }
            self.call_function(&exit, arguments)?;
        }
        end
    }

    /// A `@contextmanager` of the file: the body runs where it yields.
    fn with_generator(
        &mut self,
        function: Rc<Function>,
        item: &ruff_python_ast::WithItem,
        rest: &[ruff_python_ast::WithItem],
        body: &[Stmt],
        scope: &Scope,
        span: Span,
    ) -> Run<Flow> {
        let Body::Block(block) = &function.body else {
            return self.with_items(rest, body, scope);
        };
        let inner = function.scope.inner();
        for (name, value) in &function.defaults {
            inner.set(name, value.clone());
        }
        let _ = span;
        let at = block.iter().position(holds_yield);
        let (before, after) = match at {
            Some(at) => (
                block.get(..at).unwrap_or_default(),
                block.get(at + 1..).unwrap_or_default(),
            ),
            None => (block.as_slice(), [].as_slice()),
        };
        self.block(before, &inner)?;
        if let Some(target) = &item.optional_vars {
            let value = match at.and_then(|at| block.get(at)) {
                Some(Stmt::Expr(statement)) => match &*statement.value {
                    Syntax::Yield(yielded) => match &yielded.value {
                        Some(value) => self.expression(value, &inner)?,
                        None => Value::None,
                    },
                    _ => Value::None,
                },
                _ => Value::unknown("is yielded by a context manager that is not read"),
            };
            self.assign(target, value, scope)?;
        }
        let end = self.with_items(rest, body, scope)?;
        self.block(after, &inner)?;
        Ok(end)
    }

    fn choose(&mut self, choice: &StmtMatch, scope: &Scope) -> Run<Flow> {
        use ruff_python_ast::Pattern;
        let subject = self.expression(&choice.subject, scope)?;
        for case in &choice.cases {
            let matches: Known<bool> = match &case.pattern {
                Pattern::MatchValue(pattern) => {
                    let value = self.expression(&pattern.value, scope)?;
                    subject.equals(&value)
                }
                Pattern::MatchAs(pattern) if pattern.pattern.is_none() => {
                    if let Some(name) = &pattern.name {
                        scope.set(name.as_str(), subject.clone());
                    }
                    Ok(true)
                }
                _ => Err(Unknown::data("depends on a pattern that is not read")),
            };
            match matches {
                Ok(true) if case.guard.is_none() => return self.block(&case.body, scope),
                Ok(false) => {}
                _ => {
                    let text = self.source_of(python::span(case));
                    let first = text.split(':').next().unwrap_or_default().to_owned();
                    let before = scope.snapshot();
                    let end = self.doubtful(Doubt::Condition(first), |this| {
                        this.block(&case.body, scope)
                    });
                    if let Err(Interrupt::Limit) = end {
                        return Err(Interrupt::Limit);
                    }
                    let after = scope.snapshot();
                    scope.restore(&merged(&before, &after, "depends on a pattern"));
                }
            }
        }
        Ok(Flow::Next)
    }

    /// What a loop runs over; a result that grew in uncertain code is not known.
    pub fn members(&self, value: &Value) -> Known<Vec<Value>> {
        match value {
            Value::Class(class) if class.is_enum => {
                let members = class.members().into_iter();
                Ok(members
                    .map(|(name, value)| super::class::member(class, &name, value))
                    .collect())
            }
            other => other.items(),
        }
    }

    /// A change in place from code that may not run, or runs more than once, leaves the content unknown.
    pub fn note_change<T>(&self, shared: &Shared<T>) {
        if shared.stretch != self.stretch && shared.stretch < self.stretch {
            let unknown =
                Unknown::data("is collected under a condition, or in a loop, that is not known");
            *shared.doubt.borrow_mut() = Some(unknown);
        }
    }
}
