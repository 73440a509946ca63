//! Calls: what is called, with what.

use std::rc::Rc;

use ruff_python_ast::{Expr as Syntax, ExprCall};

use super::super::python;
use super::super::traced::Traced;
use super::super::value::{
    Body, Function, FunctionKind, Handle, Known, Method, Shared, Unknown, Value, WhenCalled,
};
use super::scope::Scope;
use super::statement::Flow;
use super::{Evaluator, Run, raise};
use crate::text::Span;

/// The arguments of a call.
#[derive(Clone, Debug)]
pub struct Args {
    /// By position.
    pub positional: Vec<Arg>,
    /// By name.
    pub keywords: Vec<(String, Arg)>,
    /// Why not all of them are known, if so: `*args` or `**kwargs` of something unknown.
    pub doubt: Option<Unknown>,
    /// The whole call.
    pub span: Span,
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Its value.
    pub value: Value,
    /// Where it is written.
    pub span: Span,
}

impl Args {
    /// None.
    pub fn none(span: Span) -> Self {
        Self {
            positional: Vec::new(),
            keywords: Vec::new(),
            doubt: None,
            span,
        }
    }

    /// One.
    pub fn one(value: Value, span: Span) -> Self {
        let mut args = Self::none(span);
        args.push(value, span);
        args
    }

    /// Adds one by position.
    pub fn push(&mut self, value: Value, span: Span) {
        self.positional.push(Arg { value, span });
    }

    /// Adds those of another call.
    pub fn extend(&mut self, other: Self) {
        self.positional.extend(other.positional);
        self.keywords.extend(other.keywords);
        self.doubt = self.doubt.take().or(other.doubt);
        self.span = other.span;
    }

    /// One by name.
    pub fn keyword(&self, name: &str) -> Option<&Arg> {
        let found = self.keywords.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, arg)| arg)
    }

    /// One by position or name.
    pub fn get(&self, index: usize, name: &str) -> Option<&Arg> {
        self.positional.get(index).or_else(|| self.keyword(name))
    }

    /// One by position or name; `None` counts as not given.
    pub fn given(&self, index: usize, name: &str) -> Option<&Arg> {
        self.get(index, name)
            .filter(|arg| !matches!(arg.value, Value::None))
    }

    /// One by name; `None` counts as not given.
    pub fn option(&self, name: &str) -> Option<&Arg> {
        self.keyword(name)
            .filter(|arg| !matches!(arg.value, Value::None))
    }

    /// The first that is not known, if any.
    pub fn unknown(&self) -> Option<Unknown> {
        let all = self
            .positional
            .iter()
            .chain(self.keywords.iter().map(|(_, arg)| arg));
        let mut unknown = all.filter_map(|arg| match &arg.value {
            Value::Unknown(unknown) => Some(unknown.clone()),
            _ => None,
        });
        self.doubt.clone().or_else(|| unknown.next())
    }

    /// Text by position or name; none where it is missing or `None`.
    pub fn text(&self, index: usize, name: &str) -> Known<Option<Rc<Traced>>> {
        match self.given(index, name) {
            None => match &self.doubt {
                Some(unknown) => Err(unknown.clone()),
                None => Ok(None),
            },
            Some(arg) => arg.text().map(Some),
        }
    }

    /// Text by name; none where it is missing or `None`.
    pub fn text_option(&self, name: &str) -> Known<Option<Rc<Traced>>> {
        self.text(usize::MAX, name)
    }

    /// A truth value by name; none where it is missing or `None`.
    pub fn flag(&self, name: &str) -> Known<Option<bool>> {
        match self.option(name) {
            None => Ok(None),
            Some(arg) => arg.value.truth().map(Some),
        }
    }

    /// A whole number by name; none where it is missing or `None`.
    pub fn number(&self, index: usize, name: &str) -> Known<Option<i64>> {
        match self.given(index, name).map(|arg| &arg.value) {
            None => Ok(None),
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            Some(_) => Err(Unknown::data(format!(
                "has an argument `{name}` that is no number"
            ))),
        }
    }

    /// Texts by position or name, from a list, a tuple, or a single text.
    pub fn texts(&self, index: usize, name: &str) -> Known<Vec<Rc<Traced>>> {
        match self.given(index, name) {
            None => Ok(Vec::new()),
            Some(arg) => arg.texts(),
        }
    }
}

impl Arg {
    /// Its text, marked as coming from here.
    pub fn text(&self) -> Known<Rc<Traced>> {
        match &self.value {
            Value::Str(text) => {
                if text.origins.is_empty() {
                    let mut marked = text.as_ref().clone();
                    marked.mark(0, self.span);
                    return Ok(Rc::new(marked));
                }
                Ok(text.clone())
            }
            Value::Instance(instance) => match instance.member_value() {
                Some(Value::Str(text)) => Ok(text),
                _ => Err(Unknown::data(
                    "is text that is made by code that is not read",
                )),
            },
            // A column or table where its name is meant.
            Value::Column(column) => Ok(column.name.clone()),
            Value::Table(table) => Ok(table.name.clone()),
            Value::Unknown(unknown) => Err(unknown.clone()),
            other => Err(Unknown::data(format!(
                "has a {} where a text is expected",
                other.type_name()
            ))),
        }
    }

    /// Its texts.
    pub fn texts(&self) -> Known<Vec<Rc<Traced>>> {
        if let Value::Str(_) = &self.value {
            return Ok(vec![self.text()?]);
        }
        let items = self.value.items()?;
        let each = items.into_iter().map(|value| {
            Self {
                value,
                span: self.span,
            }
            .text()
        });
        each.collect()
    }
}

/// Whether a function is a logger's, whose name everybody writes alike: `logger.info`, `self.log.warning`.
fn is_log(function: &Syntax) -> bool {
    let Syntax::Attribute(method) = function else {
        return false;
    };
    let owner = match &*method.value {
        Syntax::Name(name) => name.id.as_str(),
        Syntax::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(
        owner.trim_start_matches('_').to_ascii_lowercase().as_str(),
        "logger" | "log" | "logging"
    ) && matches!(
        method.attr.as_str(),
        "debug" | "info" | "warning" | "warn" | "error" | "exception" | "critical" | "log"
    )
}

impl Evaluator<'_> {
    /// An expression that is a statement: a call whose result nobody looks at.
    pub fn call_statement(&mut self, expression: &Syntax, scope: &Scope) -> Run<()> {
        let steps = self.steps.len();
        let value = self.expression(expression, scope)?;
        let Syntax::Call(call) = expression else {
            return Ok(());
        };
        let Value::Unknown(unknown) = &value else {
            return Ok(());
        };
        // Nobody calls a function of the application for nothing: what it does is not known.
        let silent = self.steps.len() == steps && !is_log(&call.func);
        if silent && unknown.when_called == WhenCalled::Anything {
            let name = self.source_of(python::span(&*call.func));
            let span = python::span(call);
            self.emit_unread(
                span,
                format!("calls `{name}`, which is not part of this file"),
            )?;
        }
        Ok(())
    }

    /// A call.
    pub fn call_expression(&mut self, call: &ExprCall, scope: &Scope) -> Run<Value> {
        let callee = self.expression(&call.func, scope)?;
        let args = self.arguments(call, scope)?;
        if let Value::Path(path) = &callee
            && matches!(
                &**path,
                "builtins.super" | "builtins.globals" | "builtins.locals"
            )
        {
            return Ok(self.scope_function(path, scope));
        }
        self.call(&callee, args)
    }

    fn scope_function(&self, path: &str, scope: &Scope) -> Value {
        if path == "builtins.super" {
            return match scope.get("self") {
                Some(Value::Instance(instance)) => Value::Method(Rc::new(Method {
                    receiver: Value::Instance(instance),
                    name: "<super>".to_owned(),
                    span: Span::default(),
                })),
                _ => Value::Handle(Handle::Inert),
            };
        }
        let names = match path {
            "builtins.globals" => self.module.own(),
            _ => scope.own(),
        };
        let pairs = names
            .into_iter()
            .map(|(name, value)| (Value::text(name), value));
        Value::Dict(Shared::new(pairs.collect(), self.stretch))
    }

    fn arguments(&mut self, call: &ExprCall, scope: &Scope) -> Run<Args> {
        let mut args = Args::none(python::span(call));
        for argument in &call.arguments.args {
            let span = python::span(argument);
            let value = self.expression(argument, scope)?;
            if let Syntax::Starred(_) = argument {
                match self.members(&value) {
                    Ok(items) => items.into_iter().for_each(|item| args.push(item, span)),
                    Err(unknown) => args.doubt = Some(unknown),
                }
            } else {
                args.push(value, span);
            }
        }
        for keyword in &call.arguments.keywords {
            let span = python::span(&keyword.value);
            let value = self.expression(&keyword.value, scope)?;
            match (&keyword.arg, value) {
                (Some(name), value) => {
                    args.keywords.push((name.to_string(), Arg { value, span }));
                }
                (None, Value::Dict(pairs)) => match pairs.known() {
                    Ok(pairs) => {
                        for (key, value) in pairs {
                            if let Some(name) = key.as_str() {
                                args.keywords.push((name.to_owned(), Arg { value, span }));
                            }
                        }
                    }
                    Err(unknown) => args.doubt = Some(unknown),
                },
                (None, Value::Unknown(unknown)) => args.doubt = Some(unknown),
                (None, _) => {
                    args.doubt = Some(Unknown::data("spreads arguments that are not known"))
                }
            }
        }
        Ok(args)
    }

    /// Calls a value.
    pub fn call(&mut self, callee: &Value, args: Args) -> Run<Value> {
        self.pay()?;
        match callee {
            Value::Function(function) => self.call_function(function, args),
            Value::Class(class) => self.instantiate(class, args),
            Value::Path(path) => self.call_path(&path.clone(), &args),
            Value::Method(method) => self.call_method(&method.clone(), args),
            Value::Handle(Handle::Inert) => Ok(Value::Handle(Handle::Inert)),
            Value::Instance(instance) => match instance.class.attribute("__call__") {
                Some(Value::Function(function)) => {
                    let mut arguments = Args::one(callee.clone(), args.span);
                    arguments.extend(args);
                    self.call_function(&function, arguments)
                }
                _ => raise("TypeError", "object is not callable"),
            },
            Value::Unknown(unknown) => self.call_unknown(unknown, &args),
            Value::Type(data_type) => Ok(Value::Type(data_type.clone())),
            Value::Table(_) | Value::Column(_) | Value::Expr(_) | Value::Statement(_) => {
                Ok(Value::unknown("is the result of a call that is not read"))
            }
            Value::None | Value::Handle(Handle::NoResult) => {
                raise("TypeError", "'NoneType' object is not callable")
            }
            _ => Ok(Value::unknown("is the result of a call that is not read")),
        }
    }

    /// Calls code that is not known: what it does matters if it can reach the database.
    fn call_unknown(&mut self, unknown: &Unknown, args: &Args) -> Run<Value> {
        if let Some(path) = &unknown.path
            && let Some(data_type) = self.application_type(path, args)
        {
            return Ok(data_type);
        }
        let handed = args
            .positional
            .iter()
            .chain(args.keywords.iter().map(|(_, arg)| arg))
            .any(|arg| arg.value.reaches_database());
        if handed && unknown.when_called == WhenCalled::Anything {
            let text = self.source_of(args.span);
            let name = text.split('(').next().unwrap_or_default();
            self.emit_unread(
                args.span,
                format!("`{name}` is given the connection and is not part of this file"),
            )?;
        }
        Ok(Value::Unknown(Unknown {
            begins: None,
            ..unknown.clone()
        }))
    }

    /// Calls a function of the file.
    pub fn call_function(&mut self, function: &Rc<Function>, args: Args) -> Run<Value> {
        let site = self.enter_site(args.span);
        let result = self.run_function(function, args);
        self.site = site;
        result
    }

    fn run_function(&mut self, function: &Rc<Function>, args: Args) -> Run<Value> {
        let scope = function.scope.inner();
        self.bind_parameters(function, args.clone(), &scope)?;
        if function.kind == FunctionKind::ContextManager {
            let bound = Function {
                name: function.name.clone(),
                parameters: function.parameters.clone(),
                defaults: scope.own(),
                body: match &function.body {
                    Body::Block(block) => Body::Block(block.clone()),
                    Body::Expression(expression) => Body::Expression(expression.clone()),
                },
                scope: function.scope.clone(),
                yields: true,
                kind: FunctionKind::ContextManager,
            };
            return Ok(Value::Method(Rc::new(Method {
                receiver: Value::Function(Rc::new(bound)),
                name: "<context manager>".to_owned(),
                span: args.span,
            })));
        }
        match &function.body {
            Body::Expression(expression) => self.expression(expression, &scope),
            Body::Block(block) => {
                let open = self.doubts.len();
                self.returns.push(Vec::new());
                if function.yields {
                    self.yielded.push(Vec::new());
                }
                let end = self.deeper(|this| this.block(block, &scope));
                let earlier = self.returns.pop().unwrap_or_default();
                self.doubts.truncate(open);
                let collected = if function.yields {
                    self.yielded.pop()
                } else {
                    None
                };
                let returned = match end? {
                    Flow::Return(value) => value,
                    _ => Value::None,
                };
                if let Some(items) = collected {
                    return Ok(match earlier.first() {
                        Some((_, reason)) => Value::unknown(reason),
                        None => self.list(items),
                    });
                }
                let mut value = returned;
                for (other, reason) in &earlier {
                    value = super::bindings::either_value(&value, other, reason);
                }
                Ok(value)
            }
        }
    }

    fn bind_parameters(&mut self, function: &Function, args: Args, scope: &Scope) -> Run<()> {
        let parameters = &function.parameters;
        let mut positional = args.positional.into_iter();
        let mut keywords = args.keywords;
        let by_position = parameters.posonlyargs.iter().chain(&parameters.args);
        let mut take_keyword = |name: &str| {
            let at = keywords.iter().position(|(key, _)| key == name)?;
            Some(keywords.remove(at).1)
        };
        for parameter in by_position {
            let name = parameter.name().as_str();
            let given = positional.next().or_else(|| take_keyword(name));
            scope.set(
                name,
                self.argument(function, name, given, args.doubt.as_ref())?,
            );
        }
        for parameter in &parameters.kwonlyargs {
            let name = parameter.name().as_str();
            let given = take_keyword(name);
            scope.set(
                name,
                self.argument(function, name, given, args.doubt.as_ref())?,
            );
        }
        if let Some(rest) = &parameters.vararg {
            let items: Vec<Value> = positional.map(|arg| arg.value).collect();
            let value = match &args.doubt {
                Some(unknown) => Value::Unknown(unknown.clone()),
                None => Value::Tuple(items.into()),
            };
            scope.set(rest.name.as_str(), value);
        } else if positional.next().is_some() {
            return raise(
                "TypeError",
                format!("{}() got too many arguments", function.name),
            );
        }
        if let Some(rest) = &parameters.kwarg {
            let pairs = keywords.into_iter();
            let pairs = pairs.map(|(name, arg)| (Value::text(name), arg.value));
            let value = match &args.doubt {
                Some(unknown) => Value::Unknown(unknown.clone()),
                None => Value::Dict(Shared::new(pairs.collect(), self.stretch)),
            };
            scope.set(rest.name.as_str(), value);
        } else if let Some((name, _)) = keywords.first() {
            return raise(
                "TypeError",
                format!(
                    "{}() got an unexpected keyword argument '{name}'",
                    function.name
                ),
            );
        }
        Ok(())
    }

    fn argument(
        &self,
        function: &Function,
        name: &str,
        given: Option<Arg>,
        doubt: Option<&Unknown>,
    ) -> Run<Value> {
        match (given, function.defaults.get(name), doubt) {
            (Some(arg), ..) => Ok(arg.value),
            (None, _, Some(unknown)) => Ok(Value::Unknown(unknown.clone())),
            (None, Some(default), None) => Ok(default.clone()),
            (None, None, None) => raise(
                "TypeError",
                format!("{}() missing required argument: '{name}'", function.name),
            ),
        }
    }

    /// Calls a name of a library.
    pub fn call_path(&mut self, path: &str, args: &Args) -> Run<Value> {
        if let Some(name) = path.strip_prefix("alembic.op.") {
            return self.operation(name, None, args);
        }
        match path.split('.').next().unwrap_or(path) {
            "builtins" => self.builtin(path, args),
            "alembic" => self.alembic_function(path, args),
            "sqlalchemy" => self.sqlalchemy_function(path, args),
            "alembic_utils" | "alembic_postgresql_enum" => self.extension_function(path, args),
            root => {
                if let Some(data_type) = self.library_type(path, args) {
                    return Ok(data_type);
                }
                if root == "sqlmodel" {
                    // Everything else in it is SQLAlchemy's, handed on under names of its own.
                    let name = path.rsplit('.').next().unwrap_or(path);
                    return self.sqlalchemy_function(&format!("sqlalchemy.{name}"), args);
                }
                self.standard_function(path, args)
            }
        }
    }

    /// Calls a method of a value.
    pub fn call_method(&mut self, method: &Rc<Method>, args: Args) -> Run<Value> {
        let name = method.name.as_str();
        match &method.receiver {
            Value::Str(text) => self.text_method(text, name, &args),
            Value::List(list) | Value::Set(list) => self.list_method(list, name, &args),
            Value::Dict(dict) => self.dict_method(dict, name, &args),
            Value::Tuple(parts) if name == "<partial>" => {
                let mut arguments = Args::none(args.span);
                for part in parts.iter().skip(1) {
                    arguments.push(part.clone(), args.span);
                }
                arguments.extend(args);
                let function = parts.first().cloned().unwrap_or(Value::None);
                self.call(&function, arguments)
            }
            Value::Tuple(_) if name == "<operator>" => {
                Ok(self.custom_operator(&method.receiver, &args))
            }
            Value::Tuple(items) => match name {
                "index" | "count" => {
                    let list = Shared::new(items.to_vec(), self.stretch);
                    self.list_method(&list, name, &args)
                }
                _ => Ok(Value::unknown(
                    "is made by a method of a tuple that is not read",
                )),
            },
            Value::Function(function) => {
                // A method bound to its object.
                let mut arguments = Args::none(args.span);
                arguments.extend(args);
                self.call_function(function, arguments)
            }
            Value::Instance(instance) => match instance.class.attribute(name) {
                Some(Value::Function(function)) => {
                    let receiver = match function.kind {
                        FunctionKind::Static => return self.call_function(&function, args),
                        FunctionKind::OfClass => Value::Class(instance.class.clone()),
                        _ => method.receiver.clone(),
                    };
                    let mut arguments = Args::one(receiver, method.span);
                    arguments.extend(args);
                    self.call_function(&function, arguments)
                }
                Some(other) => self.call(&other, args),
                None => self.call_unknown(
                    &Unknown::code(format!(
                        "depends on `{}.{name}`, which is not part of this file",
                        instance.class.name
                    )),
                    &args,
                ),
            },
            Value::Handle(handle) => self.handle_method(&handle.clone(), name, &args),
            Value::Type(data_type) => self.type_method(data_type, name, &args),
            Value::Table(table) => self.table_method(table, name, &args),
            Value::Metadata(metadata) => self.metadata_method(metadata, name, &args),
            Value::Index(_) | Value::Sequence(_) | Value::Constraint(_) => {
                self.construct_method(&method.receiver, name, &args)
            }
            Value::Column(_) | Value::Expr(_) => {
                self.expression_method(&method.receiver, name, &args)
            }
            Value::Statement(statement) if name == "<query>" => {
                Ok(Value::Statement(statement.clone()))
            }
            Value::Statement(statement) => self.statement_method(statement, name, &args),
            Value::Method(inner) => match (&inner.receiver, inner.name.as_str()) {
                (Value::Instance(instance), "<super>") => {
                    self.super_method(&instance.clone(), name, args)
                }
                (Value::Statement(query), "<query>") => self.query_method(query, name, &args),
                (Value::Table(table), "c" | "columns") => self.table_method(table, name, &args),
                _ => Ok(Value::unknown(format!(
                    "is made by `{name}`, which is not read"
                ))),
            },
            Value::Unknown(unknown) => self.call_unknown(unknown, &args),
            Value::Bytes(bytes) if name == "decode" => {
                Ok(Value::text(String::from_utf8_lossy(bytes).into_owned()))
            }
            Value::Class(class) => match class.attribute(name) {
                Some(Value::Function(function)) if function.kind == FunctionKind::OfClass => {
                    let mut arguments = Args::one(method.receiver.clone(), method.span);
                    arguments.extend(args);
                    self.call_function(&function, arguments)
                }
                _ => {
                    let value = self.class_attribute(&class.clone(), name);
                    self.call(&value, args)
                }
            },
            _ => Ok(Value::unknown(format!(
                "is made by `{name}`, which is not read"
            ))),
        }
    }

    /// `object.name`.
    pub fn attribute(&mut self, object: Value, name: &str, span: Span) -> Run<Value> {
        let method = |receiver: Value| {
            Value::Method(Rc::new(Method {
                receiver,
                name: name.to_owned(),
                span,
            }))
        };
        Ok(match object {
            Value::Path(path) => self.path_attribute(&path, name),
            // Whatever connection it is, PostgreSQL's is reviewed.
            Value::Unknown(_) if name == "dialect" => Value::Handle(Handle::Dialect),
            Value::Unknown(unknown) => {
                let full = unknown.path.as_ref().map(|path| format!("{path}.{name}"));
                match full.map(|full| self.application_value(&full)).transpose()? {
                    Some(Some(value)) => value,
                    _ => unknown_attribute(unknown, name),
                }
            }
            Value::Instance(instance) => {
                let own = instance.attributes.borrow().get(name).cloned();
                match own {
                    Some(value) => value,
                    None => match (name, instance.class.attribute(name)) {
                        ("__class__", _) => Value::Class(instance.class.clone()),
                        (_, Some(Value::Function(_)) | None) => method(Value::Instance(instance)),
                        (_, Some(value)) => value,
                    },
                }
            }
            Value::Class(class) => match class.attribute(name) {
                Some(Value::Function(function)) if function.kind == FunctionKind::OfClass => {
                    method(Value::Class(class))
                }
                _ => self.class_attribute(&class, name),
            },
            Value::Function(function) if name == "__name__" => Value::text(function.name.as_str()),
            Value::Handle(handle) => self.handle_attribute(handle, name, span)?,
            Value::Type(data_type) => self.type_attribute(data_type, name, span),
            Value::Table(table) => self.table_attribute(table, name, span),
            Value::Column(column) => self.column_attribute(column, name, span),
            Value::Statement(statement) => self.statement_attribute(statement, name, span),
            Value::Expr(expression) if matches!(name, "type") => match expression.data_type() {
                Some(data_type) => Value::Type(data_type),
                None => Value::unknown("is the type of an expression"),
            },
            Value::Method(inner) => self.method_attribute(&inner, name, span),
            Value::None => {
                return raise(
                    "AttributeError",
                    format!("'NoneType' object has no attribute '{name}'"),
                );
            }
            other => method(other),
        })
    }

    /// `object.name = value`.
    pub fn set_attribute(&mut self, object: &Value, name: &str, value: Value) {
        match object {
            Value::Instance(instance) => {
                instance
                    .attributes
                    .borrow_mut()
                    .insert(name.to_owned(), value);
            }
            Value::Class(class) => class.attributes.borrow_mut().push((name.to_owned(), value)),
            _ => {}
        }
    }
}

fn unknown_attribute(unknown: Unknown, name: &str) -> Value {
    let path = unknown.path.as_ref().map(|path| format!("{path}.{name}"));
    Value::Unknown(Unknown {
        reason: match &path {
            Some(path) => format!("depends on `{path}`, which is not part of this file").into(),
            None => unknown.reason,
        },
        path: path.map(Into::into),
        begins: None,
        when_called: unknown.when_called,
    })
}
