//! Changes of tables, indexes, enums and comments.

use super::Types;
use super::layout::Code;
use super::table::{self, add_constraint, final_name, schema, sql};
use super::types::data_type;
use crate::operation::{
    AlterTable, Comment, CommentTarget, CreateIndex, CreateType, DropIndex, Expression, IndexKey,
    IndexTarget, QualifiedName, TableAction, TypeKind,
};

/// One action of an `ALTER TABLE`.
pub fn alter(alter: &AlterTable, types: &Types) -> Option<Code> {
    let [action] = alter.actions.as_slice() else {
        return None;
    };
    if alter.if_exists || alter.only {
        return None;
    }
    let name = &alter.name;
    let call = |function: &str, items: Vec<Code>| {
        let mut all = vec![Code::text(&name.name)];
        all.extend(items);
        all.extend(schema(name));
        Some(Code::call(function, all))
    };
    let change = |column: &str, items: Vec<Code>| {
        let mut all = vec![Code::text(column)];
        all.extend(items);
        call("op.alter_column", all)
    };
    match action {
        TableAction::AddColumn {
            if_not_exists,
            column,
        } => {
            let mut items = vec![table::column(column, None, types)?];
            if *if_not_exists {
                items.push(Code::truth(true).named("if_not_exists"));
            }
            call("op.add_column", items)
        }
        TableAction::DropColumn {
            if_exists,
            column,
            cascade: false,
        } => {
            let mut items = vec![Code::text(column)];
            if *if_exists {
                items.push(Code::truth(true).named("if_exists"));
            }
            call("op.drop_column", items)
        }
        TableAction::RenameColumn { column, to } => {
            change(column, vec![Code::text(to).named("new_column_name")])
        }
        TableAction::SetType {
            column,
            data_type: to,
            collation: None,
            using,
        } => {
            let mut items = vec![data_type(to, types)?.named("type_")];
            let using = using.as_ref().map(Expression::as_str);
            items.extend(using.map(|using| Code::text(using).named("postgresql_using")));
            change(column, items)
        }
        TableAction::SetDefault { column, default } => {
            change(column, vec![sql(default).named("server_default")])
        }
        TableAction::DropDefault { column } => {
            let none = Code::Atom("None".to_owned());
            change(column, vec![none.named("server_default")])
        }
        TableAction::SetNotNull { column } => {
            change(column, vec![Code::truth(false).named("nullable")])
        }
        TableAction::DropNotNull { column } => {
            change(column, vec![Code::truth(true).named("nullable")])
        }
        TableAction::AddConstraint(constraint) => add_constraint(name, constraint),
        TableAction::DropConstraint {
            if_exists: false,
            name: constraint,
            cascade: false,
        } => {
            let mut items = vec![final_name(constraint), Code::text(&name.name)];
            items.extend(schema(name));
            Some(Code::call("op.drop_constraint", items))
        }
        TableAction::RenameTable { to } => call("op.rename_table", vec![Code::text(to)]),
        _ => None,
    }
}

/// `op.create_index(…)`.
pub fn create_index(index: &CreateIndex) -> Option<Code> {
    if index.only || !index.options.is_empty() || index.tablespace.is_some() {
        return None;
    }
    let keys: Option<Vec<Code>> = index.keys.iter().map(key).collect();
    let mut items = vec![
        final_name(index.name.as_ref()?),
        Code::text(&index.table.name),
        Code::list(keys?),
    ];
    if index.unique {
        items.push(Code::truth(true).named("unique"));
    }
    items.extend(schema(&index.table));
    if index.if_not_exists {
        items.push(Code::truth(true).named("if_not_exists"));
    }
    let method = index.method.as_ref();
    items.extend(method.map(|method| Code::text(method).named("postgresql_using")));
    if !index.include.is_empty() {
        items.push(Code::texts(&index.include).named("postgresql_include"));
    }
    if index.nulls_not_distinct {
        items.push(Code::truth(true).named("postgresql_nulls_not_distinct"));
    }
    let predicate = index.predicate.as_ref();
    items.extend(predicate.map(|predicate| sql(predicate).named("postgresql_where")));
    if index.concurrently {
        items.push(Code::truth(true).named("postgresql_concurrently"));
    }
    Some(Code::call("op.create_index", items))
}

fn key(key: &IndexKey) -> Option<Code> {
    if key.collation.is_some() || key.operator_class.is_some() {
        return None;
    }
    let nulls = match key.nulls_first {
        Some(true) => " NULLS FIRST",
        Some(false) => " NULLS LAST",
        None => "",
    };
    let direction = if key.descending { " DESC" } else { "" };
    Some(match &key.target {
        IndexTarget::Column(column) if direction.is_empty() && nulls.is_empty() => {
            Code::text(column)
        }
        IndexTarget::Column(column) => {
            let column = crate::operation::quote_identifier(column);
            sql(&Expression::new(format!("{column}{direction}{nulls}")))
        }
        IndexTarget::Expression(expression) => sql(&Expression::new(format!(
            "({}){direction}{nulls}",
            expression.as_str()
        ))),
    })
}

/// `op.drop_index(…)`.
pub fn drop_index(drop: &DropIndex) -> Option<Code> {
    let [name] = drop.names.as_slice() else {
        return None;
    };
    if drop.cascade {
        return None;
    }
    let mut items = vec![final_name(&name.name)];
    if let Some(table) = &drop.table_hint.0 {
        items.push(Code::text(&table.name).named("table_name"));
    }
    items.extend(schema(name));
    if drop.if_exists {
        items.push(Code::truth(true).named("if_exists"));
    }
    if drop.concurrently {
        items.push(Code::truth(true).named("postgresql_concurrently"));
    }
    Some(Code::call("op.drop_index", items))
}

/// `postgresql.ENUM(…).create(op.get_bind())`.
pub fn create_type(create: &CreateType) -> Option<Code> {
    let TypeKind::Enum(labels) = &create.kind else {
        return None;
    };
    let mut items: Vec<Code> = labels.iter().map(Code::text).collect();
    items.push(Code::text(&create.name.name).named("name"));
    items.extend(schema(&create.name));
    // The last call of a chain is the one that black breaks; a type's labels are seldom that many.
    let made = Code::call("postgresql.ENUM", items).laid_out(4);
    Some(Code::call(
        &format!("{made}.create"),
        vec![
            Code::Atom("op.get_bind()".to_owned()),
            Code::truth(false).named("checkfirst"),
        ],
    ))
}

/// `op.create_table_comment(…)`, `op.alter_column(comment=…)`.
pub fn comment(comment: &Comment) -> Option<Code> {
    let text = comment.text.as_ref();
    let (function, table, mut items) = match (&comment.target, text) {
        (CommentTarget::Table(table), Some(text)) => {
            ("op.create_table_comment", table, vec![Code::text(text)])
        }
        (CommentTarget::Table(table), None) => ("op.drop_table_comment", table, Vec::new()),
        (CommentTarget::Column { table, column }, text) => {
            let text = text.map_or_else(|| Code::Atom("None".to_owned()), Code::text);
            let items = vec![Code::text(column), text.named("comment")];
            ("op.alter_column", table, items)
        }
        _ => return None,
    };
    items.insert(0, table_text(table));
    items.extend(schema(table));
    Some(Code::call(function, items))
}

fn table_text(table: &QualifiedName) -> Code {
    Code::text(&table.name)
}
