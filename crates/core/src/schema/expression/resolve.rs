//! From the parsed expression to one whose every part has a type (`parse_expr.c`).

mod call;
mod comparison;

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType as SqlType, Expr, Ident, ObjectName as SqlName,
    Subscript, TrimWhereField, UnaryOperator, Value,
};

use super::choose::{common_type, make_operator};
use super::coerce::Coercion;
use super::data_type::{Context, DataType};
use super::node::{CallSyntax, Kind, Node};
use super::scope::Names;
use super::{Resolved, Trouble, literal, query};
use crate::operation::QualifiedName;
use crate::schema::{TypeDefinition, type_text};

/// An identifier as the catalog has it.
pub(super) fn folded(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

/// A name of one or two parts.
pub(super) fn read_name(name: &SqlName) -> Option<QualifiedName> {
    let mut parts = Vec::new();
    for part in &name.0 {
        parts.push(folded(part.as_ident()?));
    }
    match parts.as_slice() {
        [name] => Some(QualifiedName::bare(name)),
        [schema, name] => Some(QualifiedName::qualified(schema, name)),
        _ => None,
    }
}

/// A type as it was written.
pub(super) fn read_type(names: &Names<'_>, written: &SqlType) -> Resolved<DataType> {
    let name = crate::sql::read_type(&written.to_string()).ok_or(Trouble::Unclear)?;
    super::resolve_type(names.schema, &name)
        .map(|text| DataType::read(&text))
        .ok_or(Trouble::Unclear)
}

/// An expression with its types.
pub(super) fn resolve(names: &Names<'_>, expression: &Expr) -> Resolved<Node> {
    Resolver { names }.expression(expression)
}

struct Resolver<'a, 'b> {
    names: &'a Names<'b>,
}

impl Resolver<'_, '_> {
    fn expression(&self, expression: &Expr) -> Resolved<Node> {
        match expression {
            Expr::Nested(inner) => self.expression(inner),
            Expr::Identifier(ident) => self.identifier(ident),
            Expr::CompoundIdentifier(parts) => self.compound(parts),
            Expr::Value(value) => self.value(&value.value),
            Expr::TypedString(typed) => {
                let target = read_type(self.names, &typed.data_type)?;
                let node = self.value(&typed.value.value)?;
                Coercion::EXPLICIT.apply(self.names.schema, node, &target)
            }
            Expr::Interval(interval) => self.interval(interval),
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                format: None,
            } => self.cast(expr, data_type),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::IsNull(inner) => self.test(inner, "IS NULL"),
            Expr::IsNotNull(inner) => self.test(inner, "IS NOT NULL"),
            Expr::IsTrue(inner) => self.truth_test(inner, "IS TRUE"),
            Expr::IsNotTrue(inner) => self.truth_test(inner, "IS NOT TRUE"),
            Expr::IsFalse(inner) => self.truth_test(inner, "IS FALSE"),
            Expr::IsNotFalse(inner) => self.truth_test(inner, "IS NOT FALSE"),
            Expr::IsUnknown(inner) => self.truth_test(inner, "IS UNKNOWN"),
            Expr::IsNotUnknown(inner) => self.truth_test(inner, "IS NOT UNKNOWN"),
            Expr::IsDistinctFrom(left, right) => self.distinct(left, right),
            Expr::IsNotDistinctFrom(left, right) => {
                let distinct = self.distinct(left, right)?;
                Ok(Node::boolean(Kind::Not(Box::new(distinct))))
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => self.between(expr, *negated, low, high),
            Expr::InList {
                expr,
                list,
                negated,
            } => self.in_list(expr, list, *negated),
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => self.like(
                if *negated { "!~~" } else { "~~" },
                expr,
                pattern,
                escape_char.as_deref(),
            ),
            Expr::ILike {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => self.like(
                if *negated { "!~~*" } else { "~~*" },
                expr,
                pattern,
                escape_char.as_deref(),
            ),
            Expr::SimilarTo {
                negated,
                expr,
                pattern,
                escape_char: None,
            } => {
                let pattern = self.expression(pattern)?;
                let pattern =
                    self.call_node("similar_to_escape", vec![pattern], CallSyntax::Plain)?;
                let operands = vec![self.expression(expr)?, pattern];
                make_operator(
                    self.names.schema,
                    if *negated { "!~" } else { "~" },
                    operands,
                )
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.quantified(left, compare_op, right, false),
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => self.quantified(left, compare_op, right, true),
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let arguments = vec![self.expression(time_zone)?, self.expression(timestamp)?];
                self.call_node("timezone", arguments, CallSyntax::AtTimeZone)
            }
            Expr::Extract { field, expr, .. } => {
                let field = field.to_string().to_lowercase();
                let field = Node::new(
                    Kind::Constant(Some(field.trim_matches('\'').to_owned())),
                    DataType::named("text"),
                );
                let arguments = vec![field, self.expression(expr)?];
                self.call_node("extract", arguments, CallSyntax::Extract)
            }
            Expr::Ceil { expr, .. } => {
                let arguments = vec![self.expression(expr)?];
                self.call_node("ceil", arguments, CallSyntax::Plain)
            }
            Expr::Floor { expr, .. } => {
                let arguments = vec![self.expression(expr)?];
                self.call_node("floor", arguments, CallSyntax::Plain)
            }
            Expr::Position { expr, r#in } => {
                let arguments = vec![self.expression(r#in)?, self.expression(expr)?];
                self.call_node("position", arguments, CallSyntax::Position)
            }
            Expr::Substring {
                expr,
                substring_from: Some(from),
                substring_for,
                special,
                ..
            } => {
                let mut arguments = vec![self.expression(expr)?, self.expression(from)?];
                if let Some(length) = substring_for {
                    arguments.push(self.expression(length)?);
                }
                let syntax = if *special {
                    CallSyntax::Plain
                } else {
                    CallSyntax::Substring
                };
                self.call_node("substring", arguments, syntax)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters: None,
            } => {
                let (name, side) = match trim_where {
                    Some(TrimWhereField::Leading) => ("ltrim", "LEADING"),
                    Some(TrimWhereField::Trailing) => ("rtrim", "TRAILING"),
                    Some(TrimWhereField::Both) | None => ("btrim", "BOTH"),
                };
                let mut arguments = vec![self.expression(expr)?];
                if let Some(what) = trim_what {
                    arguments.push(self.expression(what)?);
                }
                self.call_node(name, arguments, CallSyntax::Trim(side))
            }
            Expr::Trim {
                trim_where: None,
                trim_what: None,
                expr,
                trim_characters: Some(characters),
            } => {
                let mut arguments = vec![self.expression(expr)?];
                for characters in characters {
                    arguments.push(self.expression(characters)?);
                }
                self.call_node("btrim", arguments, CallSyntax::Trim("BOTH"))
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                let mut arguments = vec![
                    self.expression(expr)?,
                    self.expression(overlay_what)?,
                    self.expression(overlay_from)?,
                ];
                if let Some(length) = overlay_for {
                    arguments.push(self.expression(length)?);
                }
                self.call_node("overlay", arguments, CallSyntax::Overlay)
            }
            Expr::Collate { expr, collation } => {
                let collation = read_name(collation).ok_or(Trouble::Unclear)?;
                let node = self.expression(expr)?;
                let node = self.as_text(node)?;
                let data_type = node.data_type.clone();
                let kind = Kind::Collate(Box::new(node), collation.to_string());
                Ok(Node::new(kind, data_type))
            }
            Expr::Array(array) => {
                let elements = self.expressions(&array.elem)?;
                self.array(elements, None)
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let mut branches = Vec::new();
                for when in conditions {
                    branches.push((&when.condition, &when.result));
                }
                self.case(operand.as_deref(), &branches, else_result.as_deref())
            }
            Expr::Tuple(fields) => {
                self.expressions(fields)?;
                Ok(Node::new(Kind::Opaque, DataType::named("record")))
            }
            Expr::Function(function) => self.function(function),
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Exists { subquery, .. } | Expr::InSubquery { subquery, .. } => {
                query::shape(self.names, subquery)?;
                Ok(Node::boolean(Kind::Opaque))
            }
            Expr::Subquery(subquery) => {
                let columns = query::shape(self.names, subquery)?;
                match columns.as_slice() {
                    [(_, data_type)] => Ok(Node::new(Kind::Opaque, data_type.clone())),
                    _ => Err(Trouble::Unclear),
                }
            }
            _ => Err(Trouble::Unclear),
        }
    }

    fn expressions(&self, list: &[Expr]) -> Resolved<Vec<Node>> {
        list.iter().map(|one| self.expression(one)).collect()
    }

    fn identifier(&self, ident: &Ident) -> Resolved<Node> {
        let name = folded(ident);
        if let Some(data_type) = &self.names.value
            && ident.quote_style.is_none()
            && name == "value"
        {
            return Ok(Node::new(Kind::DomainValue, data_type.clone()));
        }
        if ident.quote_style.is_none()
            && let Some(node) = keyword(&name, None)
        {
            return Ok(node);
        }
        self.names.column(&name)
    }

    fn compound(&self, parts: &[Ident]) -> Resolved<Node> {
        match parts {
            [qualifier, name] => self
                .names
                .qualified_column(&folded(qualifier), &folded(name)),
            [_, qualifier, name] => self
                .names
                .qualified_column(&folded(qualifier), &folded(name)),
            _ => Err(Trouble::Unclear),
        }
    }

    fn value(&self, value: &Value) -> Resolved<Node> {
        let text = |text: &str| {
            let kind = Kind::Constant(Some(text.to_owned()));
            Ok(Node::new(kind, DataType::unknown()))
        };
        match value {
            Value::Number(digits, _) => number(digits),
            Value::SingleQuotedString(string)
            | Value::EscapedStringLiteral(string)
            | Value::UnicodeStringLiteral(string) => text(string),
            Value::DollarQuotedString(string) => text(&string.value),
            Value::Boolean(value) => Ok(Node::boolean(Kind::Constant(Some(value.to_string())))),
            Value::Null => Ok(Node::null()),
            _ => Err(Trouble::Unclear),
        }
    }

    /// `INTERVAL '1 day'`.
    fn interval(&self, interval: &sqlparser::ast::Interval) -> Resolved<Node> {
        let mut target = DataType::named("interval");
        if let Some(field) = &interval.leading_field {
            let field = field.to_string().to_lowercase();
            let last = interval.last_field.as_ref();
            let last = last.map(|last| format!(" to {}", last.to_string().to_lowercase()));
            target.modifier = format!(" {field}{}", last.unwrap_or_default());
            // How PostgreSQL prints a value whose fields are restricted is not worked out here.
            return Err(Trouble::Unclear);
        }
        let node = self.expression(&interval.value)?;
        Coercion::EXPLICIT.apply(self.names.schema, node, &target)
    }

    fn cast(&self, expression: &Expr, written: &SqlType) -> Resolved<Node> {
        let target = read_type(self.names, written)?;
        let mut inner = expression;
        while let Expr::Nested(nested) = inner {
            inner = nested;
        }
        if let (Expr::Array(array), Some(element)) =
            (inner, self.names.schema.array_element(&target))
        {
            let elements = self.expressions(&array.elem)?;
            let node = self.array(elements, Some(&element))?;
            return Coercion::EXPLICIT.apply(self.names.schema, node, &target);
        }
        let node = self.expression(expression)?;
        Coercion::EXPLICIT.apply(self.names.schema, node, &target)
    }

    fn unary(&self, operator: UnaryOperator, operand: &Expr) -> Resolved<Node> {
        match operator {
            UnaryOperator::Not => {
                let node = self.condition(operand)?;
                Ok(Node::boolean(Kind::Not(Box::new(node))))
            }
            UnaryOperator::Minus => {
                if let Expr::Value(value) = operand
                    && let Value::Number(digits, _) = &value.value
                {
                    return number(&format!("-{digits}"));
                }
                make_operator(self.names.schema, "-", vec![self.expression(operand)?])
            }
            other => {
                let operand = self.expression(operand)?;
                make_operator(self.names.schema, &other.to_string(), vec![operand])
            }
        }
    }

    fn binary(&self, left: &Expr, operator: &BinaryOperator, right: &Expr) -> Resolved<Node> {
        match operator {
            BinaryOperator::And => self.chain(left, right, true),
            BinaryOperator::Or => self.chain(left, right, false),
            BinaryOperator::PGCustomBinaryOperator(parts) => {
                let name = match parts.as_slice() {
                    [name] => name,
                    [schema, name] if schema == "pg_catalog" => name,
                    // One's own operators are not modelled; those of extensions are found by name.
                    [_, name] => name,
                    _ => return Err(Trouble::Unclear),
                };
                let operands = vec![self.expression(left)?, self.expression(right)?];
                make_operator(self.names.schema, name, operands)
            }
            other => {
                if matches!(left, Expr::Tuple(_)) || matches!(right, Expr::Tuple(_)) {
                    return Err(Trouble::Unclear);
                }
                let name = other.to_string();
                if !name.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c)) {
                    return Err(Trouble::Unclear);
                }
                // `x = NULL` stays a comparison.
                let operands = vec![self.expression(left)?, self.expression(right)?];
                make_operator(self.names.schema, &name, operands)
            }
        }
    }

    /// `a AND b AND c` is one list, also where parentheses stand on the left (`makeAndExpr()`).
    fn chain(&self, left: &Expr, right: &Expr, is_and: bool) -> Resolved<Node> {
        let wanted = if is_and {
            BinaryOperator::And
        } else {
            BinaryOperator::Or
        };
        let mut parts = vec![right];
        let mut rest = left;
        loop {
            match rest {
                Expr::Nested(inner) => rest = inner,
                Expr::BinaryOp { left, op, right } if *op == wanted => {
                    parts.push(right);
                    rest = left;
                }
                other => {
                    parts.push(other);
                    break;
                }
            }
        }
        let parts = parts.into_iter().rev();
        let nodes: Resolved<Vec<Node>> = parts.map(|part| self.condition(part)).collect();
        Ok(Node::boolean(if is_and {
            Kind::And(nodes?)
        } else {
            Kind::Or(nodes?)
        }))
    }

    /// A truth value.
    fn condition(&self, expression: &Expr) -> Resolved<Node> {
        let node = self.expression(expression)?;
        to_condition(self.names, node)
    }

    fn test(&self, argument: &Expr, words: &'static str) -> Resolved<Node> {
        if matches!(argument, Expr::Tuple(_)) {
            return Err(Trouble::Unclear);
        }
        let argument = Box::new(self.expression(argument)?);
        Ok(Node::boolean(Kind::Test { argument, words }))
    }

    fn truth_test(&self, argument: &Expr, words: &'static str) -> Resolved<Node> {
        let argument = Box::new(self.condition(argument)?);
        Ok(Node::boolean(Kind::Test { argument, words }))
    }

    /// `ARRAY[…]`; the element type comes from a cast around it, if there is one.
    fn array(&self, elements: Vec<Node>, element: Option<&DataType>) -> Resolved<Node> {
        let schema = self.names.schema;
        let coercion = match element {
            Some(_) => Coercion {
                context: Context::Explicit,
                ..Coercion::EXPLICIT
            },
            None => Coercion::IMPLICIT,
        };
        let target = match element {
            Some(element) => element.clone(),
            None => {
                let types: Vec<DataType> =
                    elements.iter().map(|node| node.data_type.clone()).collect();
                common_type(schema, &types).ok_or(Trouble::Unclear)?
            }
        };
        // Arrays of arrays are arrays of the same type; what PostgreSQL prints for them is not worked out.
        if target.array {
            return Err(Trouble::Unclear);
        }
        let fitted: Resolved<Vec<Node>> = elements
            .into_iter()
            .map(|node| {
                let coercion = if element.is_some() && node.data_type.is_unknown() {
                    Coercion::IMPLICIT
                } else {
                    coercion
                };
                coercion.apply(schema, node, &target)
            })
            .collect();
        Ok(Node::new(Kind::Array(fitted?), target.plain().array_of()))
    }

    fn case(
        &self,
        argument: Option<&Expr>,
        branches: &[(&Expr, &Expr)],
        otherwise: Option<&Expr>,
    ) -> Resolved<Node> {
        let schema = self.names.schema;
        let argument = argument
            .map(|argument| self.expression(argument))
            .transpose()?;
        let argument = argument.map(|node| self.as_text(node)).transpose()?;
        let mut conditions = Vec::new();
        let otherwise = otherwise.map_or_else(|| Ok(Node::null()), |node| self.expression(node))?;
        let mut results = vec![otherwise];
        for (condition, result) in branches {
            conditions.push(match &argument {
                Some(argument) => {
                    let operands = vec![argument.clone(), self.expression(condition)?];
                    // What is printed is the right side only.
                    split_operator(make_operator(schema, "=", operands)?)?.1
                }
                None => self.condition(condition)?,
            });
            results.push(self.expression(result)?);
        }
        let (mut results, data_type) = self.same_type(results)?;
        let otherwise = results.remove(0);
        let kind = Kind::Case {
            argument: argument.map(Box::new),
            branches: conditions.into_iter().zip(results).collect(),
            otherwise: Box::new(otherwise),
        };
        Ok(Node::new(kind, data_type))
    }

    /// Values made one type.
    fn same_type(&self, nodes: Vec<Node>) -> Resolved<(Vec<Node>, DataType)> {
        let schema = self.names.schema;
        let types: Vec<DataType> = nodes.iter().map(|node| node.data_type.clone()).collect();
        let common = common_type(schema, &types).ok_or(Trouble::Unclear)?;
        let fitted: Resolved<Vec<Node>> = nodes
            .into_iter()
            .map(|node| Coercion::IMPLICIT.apply(schema, node, &common))
            .collect();
        let fitted = fitted?;
        // The length is kept where all have the same.
        let mut lengths = fitted.iter().map(|node| &node.data_type.modifier);
        let first = lengths.next().cloned().unwrap_or_default();
        let modifier = if lengths.all(|other| *other == first) {
            first
        } else {
            String::new()
        };
        let data_type = DataType { modifier, ..common };
        Ok((fitted, data_type))
    }

    fn access(&self, root: &Expr, chain: &[AccessExpr]) -> Resolved<Node> {
        let schema = self.names.schema;
        let mut node = self.expression(root)?;
        for access in chain {
            let index = match access {
                AccessExpr::Subscript(Subscript::Index { index }) => index,
                AccessExpr::Dot(Expr::Identifier(field)) => {
                    node = self.field(&node, &folded(field))?;
                    continue;
                }
                _ => return Err(Trouble::Unclear),
            };
            let element = schema
                .array_element(&node.data_type)
                .ok_or(Trouble::Unclear)?;
            let index = self.expression(index)?;
            let index = Coercion::ASSIGNMENT.apply(schema, index, &DataType::named("integer"))?;
            node = Node::new(Kind::Element(Box::new(node), Box::new(index)), element);
        }
        Ok(node)
    }

    /// A field of a row.
    fn field(&self, row: &Node, name: &str) -> Resolved<Node> {
        let schema = self.names.schema;
        let place = type_text::own_name(&row.data_type.base).ok_or(Trouble::Unclear)?;
        let of_table = schema
            .tables
            .get(&place)
            .and_then(|table| table.column(name));
        let data_type = match (of_table, schema.types.get(&place).map(|t| &t.definition)) {
            (Some(column), _) => column.data_type.clone(),
            (None, Some(TypeDefinition::Composite { attributes })) => {
                let mut attributes = attributes.iter();
                let found = attributes.find(|attribute| attribute.name == name);
                found.ok_or(Trouble::Unclear)?.data_type.clone()
            }
            _ => return Err(Trouble::Unclear),
        };
        Ok(Node::new(Kind::Opaque, DataType::read(&data_type)))
    }
}

/// A node as a truth value.
pub(super) fn to_condition(names: &Names<'_>, node: Node) -> Resolved<Node> {
    Coercion::IMPLICIT.apply(names.schema, node, &DataType::named("boolean"))
}

/// The operands of an operator.
fn split_operator(node: Node) -> Resolved<(Node, Node)> {
    match node.kind {
        Kind::Operator {
            left: Some(left),
            right,
            ..
        } => Ok((*left, *right)),
        _ => Err(Trouble::Unclear),
    }
}

/// A number of the least type that holds it.
fn number(digits: &str) -> Resolved<Node> {
    let constant = |text: String, data_type: &str| {
        Ok(Node::new(
            Kind::Constant(Some(text)),
            DataType::named(data_type),
        ))
    };
    if let Ok(small) = digits.parse::<i32>() {
        return constant(small.to_string(), "integer");
    }
    if let Ok(large) = digits.parse::<i64>() {
        return constant(large.to_string(), "bigint");
    }
    match literal::numeric(digits) {
        Some(text) => constant(text, "numeric"),
        None => Err(Trouble::Unclear),
    }
}

/// Keywords that are values (`SQLValueFunction`).
fn keyword(name: &str, precision: Option<&str>) -> Option<Node> {
    let (base, takes_precision) = match name {
        "current_date" => ("date", false),
        "current_time" => ("time with time zone", true),
        "current_timestamp" => ("timestamp with time zone", true),
        "localtime" => ("time without time zone", true),
        "localtimestamp" => ("timestamp without time zone", true),
        "current_user" | "current_role" | "session_user" | "user" | "current_catalog"
        | "current_schema" => ("name", false),
        _ => return None,
    };
    let mut data_type = DataType::named(base);
    let mut word = name.to_uppercase();
    if let Some(precision) = precision {
        if !takes_precision {
            return None;
        }
        word = format!("{word}({precision})");
        data_type.modifier = format!("({precision})");
    }
    Some(Node::new(Kind::Keyword(word), data_type))
}
