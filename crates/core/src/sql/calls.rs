//! The functions that a statement calls, with their arguments.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, ObjectName, Query, SetExpr,
    Statement, TableFactor, Visit, Visitor,
};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::seen::{fold, qualified};
use super::tokens::DIALECT;
use crate::operation::QualifiedName;

/// Statements of more bytes than this are not looked into.
const LONGEST: usize = 20_000;

/// The calls of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// In the order in which they stand.
    pub calls: Vec<FunctionCall>,
    /// Whether each is surely made once: no rows of a table and no condition decide.
    pub certain: bool,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCall {
    /// The function.
    pub name: QualifiedName,
    /// The arguments as written; those that are given by name with it.
    pub arguments: Vec<(Option<String>, String)>,
}

/// The calls of `SELECT …` or `CALL …`; none where it is too long or not understood.
pub fn calls(sql: &str) -> Option<Calls> {
    if sql.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(&DIALECT).try_with_sql(sql).ok()?;
    if parser.parse_keyword(Keyword::CALL) {
        let Statement::Call(function) = parser.parse_call().ok()? else {
            return None;
        };
        let mut found = Calls::of(&function, true);
        found.note(&function.name, &function.args);
        return ended(parser).then_some(found);
    }
    let query = parser.parse_query().ok()?;
    ended(parser).then(|| Calls::of(query.as_ref(), is_plain(&query)))
}

/// Whether nothing but semicolons is left.
fn ended(mut parser: Parser<'_>) -> bool {
    while parser.consume_token(&Token::SemiColon) {}
    parser.peek_token_ref().token == Token::EOF
}

/// `SELECT f(…), g(…)` and `SELECT … FROM f(…)`: one row.
fn is_plain(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return false;
    };
    let of_functions = select.from.iter().all(|item| {
        let one = matches!(
            &item.relation,
            TableFactor::Table { args: Some(_), .. } | TableFactor::Function { .. }
        );
        one && item.joins.is_empty()
    });
    let ungrouped =
        matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    query.with.is_none()
        && query.limit_clause.is_none()
        && select.selection.is_none()
        && select.having.is_none()
        && select.from.len() < 2
        && of_functions
        && ungrouped
}

impl Calls {
    fn of(node: &impl Visit, certain: bool) -> Self {
        let mut found = Self {
            calls: Vec::new(),
            certain,
        };
        let _ = node.visit(&mut Walker { found: &mut found });
        found
    }

    fn note(&mut self, name: &ObjectName, arguments: &FunctionArguments) {
        let list = match arguments {
            FunctionArguments::List(list) => list.args.as_slice(),
            FunctionArguments::None | FunctionArguments::Subquery(_) => &[],
        };
        self.note_call(name, list);
    }

    fn note_call(&mut self, name: &ObjectName, list: &[FunctionArg]) {
        let arguments = list.iter().map(|argument| match argument {
            FunctionArg::Named { name, arg, .. } => (Some(fold(name)), text(arg)),
            FunctionArg::ExprNamed { name, arg, .. } => (Some(name.to_string()), text(arg)),
            FunctionArg::Unnamed(argument) => (None, text(argument)),
        });
        self.calls.push(FunctionCall {
            name: qualified(name),
            arguments: arguments.collect(),
        });
    }
}

fn text(argument: &FunctionArgExpr) -> String {
    argument.to_string()
}

struct Walker<'c> {
    found: &'c mut Calls,
}

impl Visitor for Walker<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table {
                name,
                args: Some(arguments),
                ..
            } => self.found.note_call(name, &arguments.args),
            TableFactor::Function { name, args, .. } => self.found.note_call(name, args),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expression {
            self.found.note(&function.name, &function.args);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_with_their_arguments() {
        let cases: &[(&str, &[(&str, &[&str])], bool)] = &[
            (
                "SELECT f('a'), shop.g(1, x => 2)",
                &[("f", &["'a'"]), ("shop.g", &["1", "2"])],
                true,
            ),
            ("SELECT * FROM f('a')", &[("f", &["'a'"])], true),
            ("CALL p('a')", &[("p", &["'a'"])], true),
            ("SELECT f(g())", &[("g", &[]), ("f", &["g()"])], true),
            ("SELECT f(id) FROM shelf", &[("f", &["id"])], false),
            ("SELECT f() WHERE a", &[("f", &[])], false),
        ];
        for (sql, expected, certain) in cases {
            let found = calls(sql).unwrap();
            let seen: Vec<_> = found
                .calls
                .iter()
                .map(|call| {
                    let arguments: Vec<&str> = call
                        .arguments
                        .iter()
                        .map(|(_, text)| text.as_str())
                        .collect();
                    (call.name.to_string(), arguments)
                })
                .collect();
            let seen: Vec<_> = seen
                .iter()
                .map(|(name, arguments)| (name.as_str(), arguments.as_slice()))
                .collect();
            assert_eq!(seen, *expected, "{sql}");
            assert_eq!(found.certain, *certain, "{sql}");
        }
    }
}
