//! Comparisons: lists, patterns, arrays.

use super::super::Resolved;
use super::super::Trouble;
use super::super::choose;
use super::super::choose::common_type;
use super::super::choose::make_operator;
use super::super::coerce::Coercion;
use super::super::data_type::DataType;
use super::super::node::CallSyntax;
use super::super::node::Kind;
use super::super::node::Node;
use super::super::query;
use super::{Resolver, split_operator};
use sqlparser::ast::BinaryOperator;
use sqlparser::ast::Expr;

impl Resolver<'_, '_> {
    pub(super) fn distinct(&self, left: &Expr, right: &Expr) -> Resolved<Node> {
        let operands = vec![self.expression(left)?, self.expression(right)?];
        let (left, right) = split_operator(make_operator(self.names.schema, "=", operands)?)?;
        Ok(Node::boolean(Kind::Distinct(
            Box::new(left),
            Box::new(right),
        )))
    }

    pub(super) fn between(
        &self,
        value: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
    ) -> Resolved<Node> {
        let compare = |name: &str, bound: &Expr| {
            let operands = vec![self.expression(value)?, self.expression(bound)?];
            make_operator(self.names.schema, name, operands)
        };
        Ok(Node::boolean(if negated {
            Kind::Or(vec![compare("<", low)?, compare(">", high)?])
        } else {
            Kind::And(vec![compare(">=", low)?, compare("<=", high)?])
        }))
    }

    /// `transformAExprIn()`: constants become one array, columns are compared one by one.
    pub(super) fn in_list(&self, value: &Expr, list: &[Expr], negated: bool) -> Resolved<Node> {
        if matches!(value, Expr::Tuple(_)) {
            return Err(Trouble::Unclear);
        }
        let name = if negated { "<>" } else { "=" };
        let left = self.expression(value)?;
        let (columns, constants): (Vec<Node>, Vec<Node>) =
            self.expressions(list)?.into_iter().partition(holds_column);
        let mut parts = Vec::new();
        let mut single = columns;
        if constants.len() > 1 {
            let types = std::iter::once(&left).chain(&constants);
            let types: Vec<DataType> = types.map(|node| node.data_type.clone()).collect();
            match common_type(self.names.schema, &types) {
                Some(common) => {
                    let array = self.array(constants, Some(&common))?;
                    parts.push(self.quantify(name, left.clone(), array, negated)?);
                }
                None => single.extend(constants),
            }
        } else {
            single = constants.into_iter().chain(single).collect();
        }
        for other in single {
            let operands = vec![left.clone(), other];
            parts.push(make_operator(self.names.schema, name, operands)?);
        }
        match parts.len() {
            1 => parts.pop().ok_or(Trouble::Unclear),
            _ => Ok(Node::boolean(if negated {
                Kind::And(parts)
            } else {
                Kind::Or(parts)
            })),
        }
    }

    pub(super) fn like(
        &self,
        name: &str,
        value: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
    ) -> Resolved<Node> {
        let mut pattern = self.expression(pattern)?;
        if let Some(escape) = escape {
            let arguments = vec![pattern, self.expression(escape)?];
            pattern = self.call_node("like_escape", arguments, CallSyntax::Plain)?;
        }
        make_operator(
            self.names.schema,
            name,
            vec![self.expression(value)?, pattern],
        )
    }

    pub(super) fn quantified(
        &self,
        left: &Expr,
        operator: &BinaryOperator,
        right: &Expr,
        all: bool,
    ) -> Resolved<Node> {
        let left = self.expression(left)?;
        if let Expr::Subquery(subquery) = right {
            query::shape(self.names, subquery)?;
            return Ok(Node::boolean(Kind::Opaque));
        }
        let right = self.expression(right)?;
        self.quantify(&operator.to_string(), left, right, all)
    }

    /// `make_scalar_array_op()`.
    pub(super) fn quantify(
        &self,
        name: &str,
        left: Node,
        right: Node,
        all: bool,
    ) -> Resolved<Node> {
        let schema = self.names.schema;
        let element = if right.data_type.is_unknown() {
            DataType::unknown()
        } else {
            schema
                .array_element(&right.data_type)
                .ok_or(Trouble::Unclear)?
                .plain()
        };
        let types = [left.data_type.clone(), element.clone()];
        let candidate = choose::operator(schema, name, &types)?;
        // The operator's right operand stands for an element; a node of that type stands in for it.
        let stand_in = Node::new(
            if element.is_unknown() {
                Kind::Constant(None)
            } else {
                Kind::Opaque
            },
            element,
        );
        let (mut fitted, _) = choose::fit(schema, &candidate, vec![left, stand_in])?;
        let wanted = fitted.pop().ok_or(Trouble::Unclear)?.data_type.plain();
        let left = fitted.pop().ok_or(Trouble::Unclear)?;
        let right = Coercion::IMPLICIT.apply(schema, right, &wanted.array_of())?;
        Ok(Node::boolean(Kind::Quantified {
            home: candidate.home,
            name: name.to_owned(),
            all,
            left: Box::new(left),
            right: Box::new(right),
        }))
    }

    pub(super) fn as_text(&self, node: Node) -> Resolved<Node> {
        if node.data_type.is_unknown() {
            Coercion::IMPLICIT.apply(self.names.schema, node, &DataType::named("text"))
        } else {
            Ok(node)
        }
    }
}

/// Whether a node depends on a row.
fn holds_column(node: &Node) -> bool {
    match &node.kind {
        Kind::Column(_) | Kind::DomainValue | Kind::Opaque => true,
        Kind::Constant(_) | Kind::Keyword(_) => false,
        Kind::Call { arguments, .. } | Kind::Choice(_, arguments) | Kind::Array(arguments) => {
            arguments.iter().any(holds_column)
        }
        Kind::And(parts) | Kind::Or(parts) => parts.iter().any(holds_column),
        Kind::Operator { left, right, .. } => {
            left.as_deref().is_some_and(holds_column) || holds_column(right)
        }
        Kind::Quantified { left, right, .. }
        | Kind::Distinct(left, right)
        | Kind::NullIf(left, right)
        | Kind::Element(left, right) => holds_column(left) || holds_column(right),
        Kind::Not(argument)
        | Kind::Test { argument, .. }
        | Kind::Cast { argument, .. }
        | Kind::Collate(argument, _) => holds_column(argument),
        Kind::Case {
            argument,
            branches,
            otherwise,
        } => {
            argument.as_deref().is_some_and(holds_column)
                || branches
                    .iter()
                    .any(|(a, b)| holds_column(a) || holds_column(b))
                || holds_column(otherwise)
        }
    }
}
