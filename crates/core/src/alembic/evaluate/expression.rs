//! Expressions.

use std::rc::Rc;

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, Expr as Syntax, ExprBinOp, ExprCompare, ExprDict, ExprFString,
    ExprStringLiteral, ExprSubscript, FStringPart, InterpolatedStringElement, Number, Operator,
    StringFlags,
};

use super::super::python;
use super::super::traced::{Escapes, Traced, literal};
use super::super::value::{Body, Function, FunctionKind, Handle, Shared, Unknown, Value, contains};
use super::operator::{distinct, is_sql, numbers, ordering, sql_binary, sql_comparison, unary};
use super::scope::Scope;
use super::{Doubt, Evaluator, Run, raise};

impl Evaluator<'_> {
    /// Works out an expression.
    pub fn expression(&mut self, expression: &Syntax, scope: &Scope) -> Run<Value> {
        self.pay()?;
        self.deeper(|this| this.work_out(expression, scope))
    }

    fn work_out(&mut self, expression: &Syntax, scope: &Scope) -> Run<Value> {
        Ok(match expression {
            Syntax::NoneLiteral(_) => Value::None,
            Syntax::BooleanLiteral(literal) => Value::Bool(literal.value),
            Syntax::EllipsisLiteral(_) => Value::Ellipsis,
            Syntax::NumberLiteral(number) => match &number.value {
                Number::Int(value) => match value.as_i64() {
                    Some(value) => Value::Int(value),
                    None => Value::unknown("is a very large number"),
                },
                Number::Float(value) => Value::Float(*value),
                Number::Complex { .. } => Value::unknown("is a complex number"),
            },
            Syntax::StringLiteral(text) => Value::Str(Rc::new(self.string(text))),
            Syntax::BytesLiteral(bytes) => {
                let all: Vec<u8> = bytes.value.bytes().collect();
                Value::Bytes(all.into())
            }
            Syntax::FString(text) => self.f_string(text, scope)?,
            Syntax::Name(name) => self.name(name.id.as_str(), scope)?,
            Syntax::Attribute(attribute) => {
                let object = self.expression(&attribute.value, scope)?;
                let span = python::span(&*attribute.value);
                self.attribute(object, attribute.attr.as_str(), span)?
            }
            Syntax::Call(call) => self.call_expression(call, scope)?,
            Syntax::List(list) => {
                let items = self.elements(&list.elts, scope)?;
                self.collected(items, Self::list)
            }
            Syntax::Tuple(tuple) => {
                let items = self.elements(&tuple.elts, scope)?;
                self.collected(items, |_, items| Value::Tuple(items.into()))
            }
            Syntax::Set(set) => {
                let items = self.elements(&set.elts, scope)?;
                self.collected(items, |this, items| {
                    Value::Set(Shared::new(distinct(items), this.stretch))
                })
            }
            Syntax::Dict(dict) => self.dictionary(dict, scope)?,
            Syntax::BinOp(operation) => self.binary_expression(operation, scope)?,
            Syntax::UnaryOp(operation) => {
                let operand = self.expression(&operation.operand, scope)?;
                unary(operation.op, operand)
            }
            Syntax::BoolOp(operation) => self.junction(operation.op, &operation.values, scope)?,
            Syntax::Compare(comparison) => self.comparison(comparison, scope)?,
            Syntax::If(choice) => match self.expression(&choice.test, scope)?.truth() {
                Ok(true) => self.expression(&choice.body, scope)?,
                Ok(false) => self.expression(&choice.orelse, scope)?,
                Err(_) => {
                    let test = self.source_of(python::span(&*choice.test));
                    let doubt = Doubt::Condition(test.clone());
                    let first =
                        self.doubtful(doubt, |this| this.expression(&choice.body, scope))?;
                    let doubt = Doubt::Condition(format!("not ({test})"));
                    let second =
                        self.doubtful(doubt, |this| this.expression(&choice.orelse, scope))?;
                    super::bindings::either_value(&first, &second, &format!("depends on `{test}`"))
                }
            },
            Syntax::Subscript(subscript) => self.subscript(subscript, scope)?,
            Syntax::Lambda(lambda) => {
                let parameters = lambda.parameters.as_deref().cloned().unwrap_or_default();
                let defaults = self.defaults(&parameters, scope)?;
                Value::Function(Rc::new(Function {
                    name: "<lambda>".to_owned(),
                    parameters,
                    defaults,
                    body: Body::Expression(lambda.body.clone()),
                    scope: scope.clone(),
                    yields: false,
                    kind: FunctionKind::Plain,
                }))
            }
            Syntax::ListComp(comprehension) => {
                let made =
                    self.comprehension(&comprehension.generators, &comprehension.elt, None, scope)?;
                self.comprehended(made, Self::list)
            }
            Syntax::Generator(generator) => {
                let made =
                    self.comprehension(&generator.generators, &generator.elt, None, scope)?;
                self.comprehended(made, Self::list)
            }
            Syntax::SetComp(comprehension) => {
                let made =
                    self.comprehension(&comprehension.generators, &comprehension.elt, None, scope)?;
                self.comprehended(made, |this, items| {
                    Value::Set(Shared::new(distinct(items), this.stretch))
                })
            }
            Syntax::DictComp(comprehension) => {
                let Some(key) = comprehension.key.as_deref() else {
                    return Ok(Value::unknown(
                        "is built by a comprehension that is not read",
                    ));
                };
                let made = self.comprehension(
                    &comprehension.generators,
                    key,
                    Some(&comprehension.value),
                    scope,
                )?;
                self.comprehended(made, |this, items| {
                    let dict = Shared::new(Vec::new(), this.stretch);
                    for pair in items {
                        if let Value::Tuple(pair) = &pair
                            && let [key, value] = pair.as_ref()
                        {
                            super::collection::insert(&dict, key.clone(), value.clone());
                        }
                    }
                    Value::Dict(dict)
                })
            }
            Syntax::Named(named) => {
                let value = self.expression(&named.value, scope)?;
                self.assign(&named.target, value.clone(), scope)?;
                value
            }
            Syntax::Starred(starred) => self.expression(&starred.value, scope)?,
            Syntax::Await(wait) => self.expression(&wait.value, scope)?,
            Syntax::Yield(yielded) => {
                let value = match &yielded.value {
                    Some(value) => self.expression(value, scope)?,
                    None => Value::None,
                };
                if let Some(collected) = self.yielded.last_mut() {
                    collected.push(value);
                }
                Value::None
            }
            Syntax::YieldFrom(yielded) => {
                let value = self.expression(&yielded.value, scope)?;
                let items = self.members(&value);
                if let (Ok(items), Some(collected)) = (items, self.yielded.last_mut()) {
                    collected.extend(items);
                }
                Value::None
            }
            Syntax::Slice(_) | Syntax::TString(_) | Syntax::IpyEscapeCommand(_) => {
                Value::unknown("is an expression that is not read")
            }
        })
    }

    fn name(&mut self, name: &str, scope: &Scope) -> Run<Value> {
        let found = match scope.get(name) {
            Some(value) => Some(value),
            None => self.late_name(name, scope)?,
        };
        Ok(match found {
            Some(value) => value,
            None => match super::builtins::name(name) {
                Some(path) => Value::Path(Rc::from(path)),
                None => Value::Unknown(Unknown::code(format!(
                    "`{name}` is defined outside of this file"
                ))),
            },
        })
    }

    /// A string literal with the places of its parts.
    pub fn string(&self, text: &ExprStringLiteral) -> Traced {
        let mut whole = Traced::default();
        for part in &text.value {
            let flags = part.flags;
            let range = python::range(part.range);
            let open = range.start as usize + flags.opener_len().to_usize();
            let close = (range.end as usize).saturating_sub(flags.closer_len().to_usize());
            let raw = self.source.get(open..close).unwrap_or_default();
            let escapes = Escapes {
                backslash: !flags.prefix().is_raw(),
                braces: false,
            };
            whole.push(&literal(raw, open, part.as_str(), escapes));
        }
        whole
    }

    fn f_string(&mut self, text: &ExprFString, scope: &Scope) -> Run<Value> {
        let mut whole = Traced::default();
        for part in &text.value {
            match part {
                FStringPart::Literal(part) => {
                    let range = python::range(part.range);
                    let open = range.start as usize + part.flags.opener_len().to_usize();
                    let close =
                        (range.end as usize).saturating_sub(part.flags.closer_len().to_usize());
                    let raw = self.source.get(open..close).unwrap_or_default();
                    let escapes = Escapes {
                        backslash: !part.flags.prefix().is_raw(),
                        braces: false,
                    };
                    whole.push(&literal(raw, open, part.as_str(), escapes));
                }
                FStringPart::FString(part) => {
                    let escapes = Escapes {
                        backslash: !part.flags.prefix().is_raw(),
                        braces: true,
                    };
                    for element in &part.elements {
                        match element {
                            InterpolatedStringElement::Literal(element) => {
                                let range = python::range(element.range);
                                let raw = range.slice(&self.source);
                                whole.push(&literal(
                                    raw,
                                    range.start as usize,
                                    &element.value,
                                    escapes,
                                ));
                            }
                            InterpolatedStringElement::Interpolation(element) => {
                                let value = self.expression(&element.expression, scope)?;
                                let spec = match &element.format_spec {
                                    Some(spec) => self.format_spec(spec, scope)?,
                                    None => Some(String::new()),
                                };
                                let span = python::span(&*element.expression);
                                if let Some(debug) = &element.debug_text {
                                    whole.push_str(debug.leading());
                                    whole.push_str(span.slice(&self.source));
                                    whole.push_str(debug.trailing());
                                }
                                let shown = match spec {
                                    Some(spec) => super::format::interpolated(
                                        &value,
                                        element.conversion,
                                        &spec,
                                    ),
                                    None => {
                                        Err(Unknown::data("depends on a format that is not known"))
                                    }
                                };
                                match shown {
                                    Ok(shown) if shown.origins.is_empty() => {
                                        whole.push_made(&shown.text, span);
                                    }
                                    Ok(shown) => whole.push(&shown),
                                    Err(unknown) => {
                                        return Ok(Value::Unknown(unknown.beginning(&whole.text)));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        Ok(Value::Str(Rc::new(whole)))
    }

    fn format_spec(
        &mut self,
        spec: &ruff_python_ast::InterpolatedStringFormatSpec,
        scope: &Scope,
    ) -> Run<Option<String>> {
        let mut text = String::new();
        for element in &spec.elements {
            match element {
                InterpolatedStringElement::Literal(element) => text.push_str(&element.value),
                InterpolatedStringElement::Interpolation(element) => {
                    let value = self.expression(&element.expression, scope)?;
                    match super::format::shown(&value) {
                        Ok(shown) => text.push_str(&shown.text),
                        Err(_) => return Ok(None),
                    }
                }
            }
        }
        Ok(Some(text))
    }

    /// The elements of a display, with starred ones spread; unknown if one of these is not known.
    fn elements(&mut self, elements: &[Syntax], scope: &Scope) -> Run<Result<Vec<Value>, Unknown>> {
        let mut items = Vec::new();
        let mut doubt = None;
        for element in elements {
            if let Syntax::Starred(starred) = element {
                let value = self.expression(&starred.value, scope)?;
                match self.members(&value) {
                    Ok(more) => items.extend(more),
                    Err(unknown) => doubt = Some(unknown),
                }
            } else {
                items.push(self.expression(element, scope)?);
            }
        }
        Ok(match doubt {
            Some(unknown) => Err(unknown),
            None => Ok(items),
        })
    }

    fn collected(
        &self,
        items: Result<Vec<Value>, Unknown>,
        make: impl FnOnce(&Self, Vec<Value>) -> Value,
    ) -> Value {
        match items {
            Ok(items) => make(self, items),
            Err(unknown) => Value::Unknown(unknown),
        }
    }

    fn comprehended(
        &self,
        made: Result<Vec<Value>, Unknown>,
        make: impl FnOnce(&Self, Vec<Value>) -> Value,
    ) -> Value {
        self.collected(made, make)
    }

    fn dictionary(&mut self, dict: &ExprDict, scope: &Scope) -> Run<Value> {
        let made = Shared::new(Vec::new(), self.stretch);
        for item in &dict.items {
            let value = self.expression(&item.value, scope)?;
            match &item.key {
                Some(key) => {
                    let key = self.expression(key, scope)?;
                    super::collection::insert(&made, key, value);
                }
                None => match value {
                    Value::Dict(other) => match other.known() {
                        Ok(pairs) => {
                            for (key, value) in pairs {
                                super::collection::insert(&made, key, value);
                            }
                        }
                        Err(unknown) => return Ok(Value::Unknown(unknown)),
                    },
                    _ => return Ok(Value::unknown("spreads a dictionary that is not known")),
                },
            }
        }
        Ok(Value::Dict(made))
    }

    /// A long chain of operators is worked through from its left end without going deeper.
    fn binary_expression(&mut self, operation: &ExprBinOp, scope: &Scope) -> Run<Value> {
        let mut chain = vec![operation];
        while let Syntax::BinOp(inner) = &*chain.last().map_or(operation, |last| last).left {
            chain.push(inner);
        }
        let Some(innermost) = chain.last() else {
            return Ok(Value::unknown("is an expression that is not read"));
        };
        let mut value = self.expression(&innermost.left, scope)?;
        for operation in chain.iter().rev() {
            let right = self.expression(&operation.right, scope)?;
            value = self.binary(value, operation.op, right)?;
        }
        Ok(value)
    }

    /// `left op right`.
    pub fn binary(&mut self, left: Value, operator: Operator, right: Value) -> Run<Value> {
        if is_sql(&left) || is_sql(&right) {
            return Ok(sql_binary(left, operator, right));
        }
        Ok(match (left, operator, right) {
            (Value::Unknown(unknown), ..) | (_, _, Value::Unknown(unknown))
                if operator != Operator::Add && operator != Operator::Mod =>
            {
                Value::Unknown(unknown)
            }
            (Value::Str(a), Operator::Add, Value::Str(b)) => {
                let mut joined = a.as_ref().clone();
                joined.is_final = false;
                joined.push(&b);
                Value::Str(Rc::new(joined))
            }
            (Value::Str(a), Operator::Add, Value::Unknown(unknown)) => {
                let begins = match &unknown.begins {
                    Some(begins) => format!("{}{begins}", a.text),
                    None => a.text.clone(),
                };
                Value::Unknown(unknown.beginning(&begins))
            }
            (Value::Unknown(unknown), Operator::Add, _) => Value::Unknown(unknown),
            (_, Operator::Add, Value::Unknown(unknown)) => Value::Unknown(unknown),
            (Value::Str(format), Operator::Mod, argument) => {
                match super::format::percent(&format, &argument) {
                    Ok(text) => Value::Str(Rc::new(text)),
                    Err(unknown) => Value::Unknown(unknown),
                }
            }
            (Value::Unknown(unknown), ..) | (_, _, Value::Unknown(unknown)) => {
                Value::Unknown(unknown)
            }
            (Value::List(a), Operator::Add, Value::List(b)) => match (a.known(), b.known()) {
                (Ok(mut a), Ok(b)) => {
                    a.extend(b);
                    self.list(a)
                }
                (Err(unknown), _) | (_, Err(unknown)) => Value::Unknown(unknown),
            },
            (Value::Tuple(a), Operator::Add, Value::Tuple(b)) => {
                Value::Tuple(a.iter().chain(b.iter()).cloned().collect())
            }
            (Value::Str(text), Operator::Mult, Value::Int(times)) => {
                let times = usize::try_from(times).unwrap_or(0);
                if text.text.len().saturating_mul(times) > 1_000_000 {
                    Value::unknown("is a very long string")
                } else {
                    Value::text(text.text.repeat(times))
                }
            }
            (Value::List(items), Operator::Mult, Value::Int(times)) => match items.known() {
                Ok(items)
                    if items
                        .len()
                        .saturating_mul(usize::try_from(times).unwrap_or(0))
                        < 10_000 =>
                {
                    let times = usize::try_from(times).unwrap_or(0);
                    let all = std::iter::repeat_n(items, times).flatten().collect();
                    self.list(all)
                }
                Ok(_) => Value::unknown("is a very long list"),
                Err(unknown) => Value::Unknown(unknown),
            },
            (Value::Set(a), operator, Value::Set(b)) => match (a.known(), b.known()) {
                (Ok(a), Ok(b)) => self.set_operation(a, operator, b),
                (Err(unknown), _) | (_, Err(unknown)) => Value::Unknown(unknown),
            },
            (Value::Dict(a), Operator::BitOr, Value::Dict(b)) => {
                let (a, b) = match (a.known(), b.known()) {
                    (Ok(a), Ok(b)) => (a, b),
                    (Err(unknown), _) | (_, Err(unknown)) => return Ok(Value::Unknown(unknown)),
                };
                let joined = Shared::new(a, self.stretch);
                for (key, value) in b {
                    super::collection::insert(&joined, key, value);
                }
                Value::Dict(joined)
            }
            (a, operator, b) => numbers(&a, operator, &b)?,
        })
    }

    fn set_operation(&self, a: Vec<Value>, operator: Operator, b: Vec<Value>) -> Value {
        let has = |items: &[Value], value: &Value| contains(items, value).unwrap_or(false);
        let items = match operator {
            Operator::BitOr => distinct(a.into_iter().chain(b).collect()),
            Operator::BitAnd => a.into_iter().filter(|item| has(&b, item)).collect(),
            Operator::Sub => a.into_iter().filter(|item| !has(&b, item)).collect(),
            _ => return Value::unknown("is a combination of sets that is not read"),
        };
        Value::Set(Shared::new(items, self.stretch))
    }

    /// `left op= right`.
    pub fn augment(&mut self, left: Value, operator: Operator, right: Value) -> Run<Value> {
        if let (Value::List(list), Operator::Add) = (&left, operator) {
            self.note_change(list);
            match self.members(&right) {
                Ok(items) => list.content.borrow_mut().extend(items),
                Err(unknown) => *list.doubt.borrow_mut() = Some(unknown),
            }
            return Ok(left);
        }
        self.binary(left, operator, right)
    }

    fn junction(&mut self, operator: BoolOp, values: &[Syntax], scope: &Scope) -> Run<Value> {
        let stops_at = operator == BoolOp::Or;
        let mut doubt: Option<Unknown> = None;
        let mut last = Value::None;
        for value in values {
            let value = self.expression(value, scope)?;
            match value.truth() {
                Ok(truth) if truth == stops_at => {
                    return Ok(match (&doubt, stops_at) {
                        // `unknown or True` is true, `unknown and False` is false; which of the two it is does not matter
                        // to a test.
                        (Some(_), true) => Value::Bool(true),
                        (Some(_), false) => Value::Bool(false),
                        (None, _) => value,
                    });
                }
                Ok(_) => last = value,
                Err(unknown) => doubt = Some(unknown),
            }
        }
        Ok(match doubt {
            Some(unknown) => Value::Unknown(unknown),
            None => last,
        })
    }

    fn comparison(&mut self, comparison: &ExprCompare, scope: &Scope) -> Run<Value> {
        let mut left = self.expression(&comparison.left, scope)?;
        let mut doubt = None;
        for (operator, right) in comparison.ops.iter().zip(&comparison.comparators) {
            let right = self.expression(right, scope)?;
            if is_sql(&left) || (is_sql(&right) && !matches!(operator, CmpOp::In | CmpOp::NotIn)) {
                return Ok(sql_comparison(left, *operator, right));
            }
            match self.compare(&left, *operator, &right) {
                Ok(true) => {}
                Ok(false) => return Ok(Value::Bool(false)),
                Err(unknown) => doubt = Some(unknown),
            }
            left = right;
        }
        Ok(match doubt {
            Some(unknown) => Value::Unknown(unknown),
            None => Value::Bool(true),
        })
    }

    fn compare(&self, left: &Value, operator: CmpOp, right: &Value) -> Result<bool, Unknown> {
        match operator {
            CmpOp::Eq => left.equals(right),
            CmpOp::NotEq => left.equals(right).map(|equal| !equal),
            CmpOp::Is | CmpOp::IsNot => {
                let same = match (left, right) {
                    (Value::None, Value::None) => true,
                    (Value::Handle(Handle::NoResult), Value::None)
                    | (Value::None, Value::Handle(Handle::NoResult)) => true,
                    (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
                        return Err(unknown.clone());
                    }
                    (Value::None, _) | (_, Value::None) => false,
                    _ => left.equals(right)?,
                };
                Ok(same == (operator == CmpOp::Is))
            }
            CmpOp::In => self.holds(right, left),
            CmpOp::NotIn => self.holds(right, left).map(|holds| !holds),
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let order = ordering(left, right)?;
                Ok(match operator {
                    CmpOp::Lt => order.is_lt(),
                    CmpOp::LtE => order.is_le(),
                    CmpOp::Gt => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
        }
    }

    /// `value in container`.
    fn holds(&self, container: &Value, value: &Value) -> Result<bool, Unknown> {
        match (container, value) {
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Err(unknown.clone()),
            (Value::Str(text), Value::Str(part)) => Ok(text.text.contains(&part.text)),
            (Value::Table(table), Value::Str(name)) => Ok(table.column(&name.text).is_some()),
            _ => contains(&self.members(container)?, value),
        }
    }

    fn subscript(&mut self, subscript: &ExprSubscript, scope: &Scope) -> Run<Value> {
        let object = self.expression(&subscript.value, scope)?;
        if let Syntax::Slice(slice) = &*subscript.slice {
            let mut bounds = Vec::new();
            for bound in [&slice.lower, &slice.upper, &slice.step] {
                bounds.push(match bound {
                    Some(bound) => self.expression(bound, scope)?,
                    None => Value::None,
                });
            }
            return Ok(self.sliced(&object, &bounds));
        }
        let key = self.expression(&subscript.slice, scope)?;
        self.item(&object, &key)
    }

    /// The items that a comprehension makes; pairs for a dictionary.
    fn comprehension(
        &mut self,
        generators: &[Comprehension],
        element: &Syntax,
        value: Option<&Syntax>,
        scope: &Scope,
    ) -> Run<Result<Vec<Value>, Unknown>> {
        let inner = scope.inner();
        let mut items = Vec::new();
        let doubt = self.rounds(generators, element, value, &inner, &mut items)?;
        Ok(match doubt {
            Some(unknown) => Err(unknown),
            None => Ok(items),
        })
    }

    fn rounds(
        &mut self,
        generators: &[Comprehension],
        element: &Syntax,
        value: Option<&Syntax>,
        scope: &Scope,
        items: &mut Vec<Value>,
    ) -> Run<Option<Unknown>> {
        let Some((generator, rest)) = generators.split_first() else {
            let made = self.expression(element, scope)?;
            items.push(match value {
                Some(value) => Value::Tuple([made, self.expression(value, scope)?].into()),
                None => made,
            });
            return Ok(None);
        };
        let iterable = self.expression(&generator.iter, scope)?;
        if matches!(iterable, Value::Handle(Handle::NoResult) | Value::None) {
            return raise("TypeError", "'NoneType' object is not iterable");
        }
        let members = match self.members(&iterable) {
            Ok(members) => members,
            Err(unknown) => {
                // Run once, for what it may do on the way.
                let item = Value::Unknown(Unknown::data(&unknown.reason));
                self.assign(&generator.target, item, scope)?;
                self.doubtful(Doubt::Loop, |this| {
                    this.rounds(rest, element, value, scope, &mut Vec::new())
                })?;
                return Ok(Some(unknown));
            }
        };
        let mut doubt = None;
        for member in members {
            self.assign(&generator.target, member, scope)?;
            let mut holds = true;
            for test in &generator.ifs {
                match self.expression(test, scope)?.truth() {
                    Ok(truth) => holds &= truth,
                    Err(unknown) => doubt = Some(unknown),
                }
            }
            if holds {
                let inner = self.rounds(rest, element, value, scope, items)?;
                doubt = doubt.or(inner);
            }
        }
        Ok(doubt)
    }
}
