//! Calls of functions.

use sqlparser::ast::{
    Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments,
};

use super::super::Resolved;
use super::super::Trouble;
use super::super::catalog::functions;
use super::super::choose;
use super::super::choose::make_operator;
use super::super::coerce::Coercion;
use super::super::data_type::Context;
use super::super::data_type::DataType;
use super::super::data_type::Path;
use super::super::node::CallSyntax;
use super::super::node::Kind;
use super::super::node::Node;
use super::super::query;
use super::{Resolver, keyword, read_name, split_operator};
use crate::operation::QualifiedName;

impl Resolver<'_, '_> {
    pub(super) fn function(&self, function: &Function) -> Resolved<Node> {
        let name = read_name(&function.name).ok_or(Trouble::Unclear)?;
        let list = match &function.args {
            FunctionArguments::List(list) => list,
            FunctionArguments::None => {
                return keyword(&name.name, None).ok_or(Trouble::Unclear);
            }
            FunctionArguments::Subquery(subquery) => {
                // ARRAY(SELECT …)
                let columns = query::shape(self.names, subquery)?;
                return match (name.name.as_str(), columns.as_slice()) {
                    ("array", [(_, data_type)]) if !data_type.array => {
                        Ok(Node::new(Kind::Opaque, data_type.plain().array_of()))
                    }
                    _ => Err(Trouble::Unclear),
                };
            }
        };
        let mut arguments = Vec::new();
        let mut star = false;
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    arguments.push(self.expression(argument)?);
                }
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => star = true,
                _ => return Err(Trouble::Unclear),
            }
        }
        let plain = list.duplicate_treatment.is_none()
            && list.clauses.is_empty()
            && function.within_group.is_empty()
            && function.filter.is_none()
            && function.over.is_none()
            && !star;
        if name.schema.is_none() {
            let special = self.special(&name.name, &arguments, plain)?;
            if let Some(node) = special {
                return Ok(node);
            }
        }
        for clause in &list.clauses {
            if let FunctionArgumentClause::OrderBy(keys) = clause {
                for key in keys {
                    self.expression(&key.expr)?;
                }
            }
        }
        for key in &function.within_group {
            arguments.push(self.expression(&key.expr)?);
        }
        if let Some(filter) = &function.filter {
            self.condition(filter)?;
        }
        if let Some(sqlparser::ast::WindowType::WindowSpec(window)) = &function.over {
            self.expressions(&window.partition_by)?;
            for key in &window.order_by {
                self.expression(&key.expr)?;
            }
        }
        let node = self.call(&name, arguments, CallSyntax::Plain)?;
        if plain {
            return Ok(node);
        }
        Ok(Node::new(Kind::Opaque, node.data_type))
    }

    /// What looks like a function but is none.
    fn special(&self, name: &str, arguments: &[Node], plain: bool) -> Resolved<Option<Node>> {
        if !plain {
            return Ok(None);
        }
        let word = match name {
            "coalesce" => "COALESCE",
            "row" => return Ok(Some(Node::new(Kind::Opaque, DataType::named("record")))),
            "greatest" => "GREATEST",
            "least" => "LEAST",
            "nullif" => {
                let [left, right] = arguments else {
                    return Err(Trouble::Unclear);
                };
                let operands = vec![left.clone(), right.clone()];
                let compared = make_operator(self.names.schema, "=", operands)?;
                let (left, right) = split_operator(compared)?;
                let data_type = left.data_type.clone();
                let kind = Kind::NullIf(Box::new(left), Box::new(right));
                return Ok(Some(Node::new(kind, data_type)));
            }
            // The precision of CURRENT_TIMESTAMP(3).
            _ => {
                let precision = match arguments {
                    [
                        Node {
                            kind: Kind::Constant(Some(digits)),
                            ..
                        },
                    ] => Some(digits.as_str()),
                    _ => None,
                };
                return Ok(precision.and_then(|precision| keyword(name, Some(precision))));
            }
        };
        let (arguments, data_type) = self.same_type(arguments.to_vec())?;
        Ok(Some(Node::new(Kind::Choice(word, arguments), data_type)))
    }

    pub(super) fn call_node(
        &self,
        name: &str,
        arguments: Vec<Node>,
        syntax: CallSyntax,
    ) -> Resolved<Node> {
        self.call(
            &QualifiedName::qualified("pg_catalog", name),
            arguments,
            syntax,
        )
    }

    pub(super) fn call(
        &self,
        name: &QualifiedName,
        arguments: Vec<Node>,
        syntax: CallSyntax,
    ) -> Resolved<Node> {
        let schema = self.names.schema;
        let types: Vec<DataType> = arguments
            .iter()
            .map(|node| node.data_type.clone())
            .collect();
        if types.iter().any(|one| schema.is_mystery(one)) {
            return Err(Trouble::Unclear);
        }
        if let ([argument], CallSyntax::Plain) = (arguments.as_slice(), syntax)
            && let Some(node) = self.cast_by_name(name, argument)?
        {
            return Ok(node);
        }
        let candidate = choose::function(schema, name, &types)?;
        let (arguments, mut result) = choose::fit(schema, &candidate, arguments)?;
        // The result of a function that keeps one of its arguments keeps no length.
        result.modifier.clear();
        if result.base.starts_with("TABLE(") {
            return Err(Trouble::Unclear);
        }
        let kind = Kind::Call {
            home: candidate.home,
            name: name.name.clone(),
            arguments,
            syntax,
            variadic: false,
        };
        Ok(Node::new(kind, result))
    }

    /// `date(x)` is a cast where no function takes exactly that argument and the cast is a matter of reading the same
    /// bytes (`func_get_detail()`).
    fn cast_by_name(&self, name: &QualifiedName, argument: &Node) -> Resolved<Option<Node>> {
        let schema = self.names.schema;
        let exact = functions(schema, name).iter().any(|candidate| {
            matches!(candidate.arguments.as_slice(), [only] if only.same(&argument.data_type))
        });
        let target = crate::sql::read_type(&name.to_string())
            .and_then(|name| crate::schema::expression::resolve_type(schema, &name))
            .map(|text| DataType::read(&text));
        let Some(target) = target.filter(|_| !exact) else {
            return Ok(None);
        };
        let source = &argument.data_type;
        let same_bytes = source.is_unknown()
            || matches!(
                schema.pathway(&target, source, Context::Explicit),
                Some(Path::Relabel | Path::Text)
            );
        if !same_bytes {
            return Ok(None);
        }
        Coercion::EXPLICIT
            .apply(schema, argument.clone(), &target.plain())
            .map(Some)
    }
}
