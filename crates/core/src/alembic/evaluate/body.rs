//! What a block's text tells without running it: the names it binds, how it may leave, whether it yields.

use ruff_python_ast::{ExceptHandler, Expr as Syntax, Stmt};

/// `not (test)`, without doubling.
pub(super) fn negated(text: &str, test: &Syntax) -> String {
    match test {
        Syntax::UnaryOp(unary) if unary.op == ruff_python_ast::UnaryOp::Not => text
            .strip_prefix("not")
            .map_or_else(|| format!("not ({text})"), |rest| rest.trim().to_owned()),
        Syntax::Name(_) | Syntax::Call(_) | Syntax::Attribute(_) => format!("not {text}"),
        _ => format!("not ({text})"),
    }
}

pub(super) fn is_type_checking(test: &Syntax) -> bool {
    match test {
        Syntax::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Syntax::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

/// The names that a block binds.
pub fn assigned(body: &[Stmt]) -> Vec<String> {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    #[derive(Default)]
    struct Names(Vec<String>);
    impl Visitor<'_> for Names {
        fn visit_stmt(&mut self, statement: &Stmt) {
            if let Stmt::FunctionDef(_) | Stmt::ClassDef(_) = statement {
                return;
            }
            walk_stmt(self, statement);
        }
        fn visit_expr(&mut self, expression: &Syntax) {
            if let Syntax::Name(name) = expression
                && name.ctx.is_store()
            {
                self.0.push(name.id.to_string());
            }
            walk_expr(self, expression);
        }
    }
    let mut names = Names::default();
    for statement in body {
        names.visit_stmt(statement);
    }
    names.0
}

/// Whether a block leaves rounds of its own loop by nothing but `continue`.
pub(super) fn leaves_only_round(body: &[Stmt]) -> bool {
    !has_return(body) && !any_statement(body, &|statement| matches!(statement, Stmt::Break(_)))
}

pub(super) fn has_return(body: &[Stmt]) -> bool {
    any_statement(body, &|statement| matches!(statement, Stmt::Return(_)))
}

pub(super) fn any_statement(body: &[Stmt], wanted: &dyn Fn(&Stmt) -> bool) -> bool {
    body.iter().any(|statement| {
        if wanted(statement) {
            return true;
        }
        match statement {
            Stmt::If(branch) => {
                any_statement(&branch.body, wanted)
                    || branch
                        .elif_else_clauses
                        .iter()
                        .any(|arm| any_statement(&arm.body, wanted))
            }
            Stmt::For(each) => any_statement(&each.body, wanted),
            Stmt::While(repeat) => any_statement(&repeat.body, wanted),
            Stmt::With(with) => any_statement(&with.body, wanted),
            Stmt::Try(attempt) => {
                any_statement(&attempt.body, wanted)
                    || any_statement(&attempt.orelse, wanted)
                    || any_statement(&attempt.finalbody, wanted)
                    || attempt.handlers.iter().any(|handler| {
                        let ExceptHandler::ExceptHandler(handler) = handler;
                        any_statement(&handler.body, wanted)
                    })
            }
            _ => false,
        }
    })
}

/// Whether a function's body makes it a generator.
pub(super) fn yields(body: &[Stmt]) -> bool {
    body.iter().any(holds_yield)
}

pub(super) fn holds_yield(statement: &Stmt) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    #[derive(Default)]
    struct Finder(bool);
    impl Visitor<'_> for Finder {
        fn visit_stmt(&mut self, statement: &Stmt) {
            if let Stmt::FunctionDef(_) | Stmt::ClassDef(_) = statement {
                return;
            }
            walk_stmt(self, statement);
        }
        fn visit_expr(&mut self, expression: &Syntax) {
            match expression {
                Syntax::Yield(_) | Syntax::YieldFrom(_) => self.0 = true,
                Syntax::Lambda(_) => {}
                _ => walk_expr(self, expression),
            }
        }
    }
    let mut finder = Finder::default();
    finder.visit_stmt(statement);
    finder.0
}
