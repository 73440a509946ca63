//! The columns that a query gives, and those it reads.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, GroupByExpr, Join, JoinConstraint, JoinOperator, Query,
    Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor,
    TableWithJoins,
};

use super::catalog::CandidateKind;
use super::choose::common_type;
use super::data_type::DataType;
use super::name::column_label;
use super::resolve::{folded, read_name, read_type, resolve};
use super::scope::{Names, Source};
use super::{Resolved, Trouble};
use crate::operation::QualifiedName;
use crate::schema::lookup::Relation;
use crate::schema::type_text;
use crate::schema::{ObjectName, Schema};

/// Names and types of a query's columns.
pub(super) type Columns = Vec<(String, DataType)>;

/// The columns a query gives, inside other names.
pub(super) fn shape(outer: &Names<'_>, query: &Query) -> Resolved<Columns> {
    let mut names = Names::inside(outer);
    if let Some(with) = &query.with {
        for cte in &with.cte_tables {
            let alias = folded(&cte.alias.name);
            let columns = if with.recursive {
                recursive_columns(&names, &alias, &cte.alias, &cte.query)?
            } else {
                shape(&names, &cte.query)?
            };
            let columns = renamed(columns, Some(&cte.alias));
            names.named_queries.push(derived(alias, columns));
        }
    }
    let columns = set_columns(&names, &query.body)?;
    outer.note_used(names.used_columns());
    Ok(columns.into_iter().map(as_text).collect())
}

/// The columns of a recursive query are those of its first part.
fn recursive_columns(
    names: &Names<'_>,
    alias: &str,
    written: &TableAlias,
    query: &Query,
) -> Resolved<Columns> {
    let SetExpr::SetOperation { left, right, .. } = query.body.as_ref() else {
        return shape(names, query);
    };
    let first = set_columns(names, left)?;
    let mut inner = Names::inside(names);
    let own = renamed(first.clone(), Some(written));
    inner.named_queries.push(derived(alias.to_owned(), own));
    set_columns(&inner, right)?;
    names.note_used(inner.used_columns());
    Ok(first)
}

fn derived(alias: String, columns: Columns) -> Source {
    Source {
        alias,
        relation: None,
        columns,
        merged: Vec::new(),
        complete: true,
    }
}

fn set_columns(names: &Names<'_>, body: &SetExpr) -> Resolved<Columns> {
    match body {
        SetExpr::Select(select) => select_columns(names, select),
        SetExpr::Query(query) => shape(names, query),
        SetExpr::SetOperation { left, right, .. } => {
            let left = set_columns(names, left)?;
            let right = set_columns(names, right)?;
            both(names.schema, left, right)
        }
        SetExpr::Values(values) => {
            let mut rows = Vec::new();
            for row in &values.rows {
                let mut columns = Columns::new();
                for (at, value) in row.iter().enumerate() {
                    let node = resolve(names, value)?;
                    columns.push((format!("column{}", at + 1), node.data_type));
                }
                rows.push(columns);
            }
            let mut rows = rows.into_iter();
            let first = rows.next().ok_or(Trouble::Unclear)?;
            rows.try_fold(first, |all, row| both(names.schema, all, row))
        }
        _ => Err(Trouble::Unclear),
    }
}

/// Rows of two queries under the names of the first.
fn both(schema: &Schema, left: Columns, right: Columns) -> Resolved<Columns> {
    if left.len() != right.len() {
        return Err(Trouble::Unclear);
    }
    let pairs = left.into_iter().zip(right);
    pairs
        .map(|((name, left), (_, right))| {
            let common = if left == right {
                left
            } else {
                common_type(schema, &[left, right]).ok_or(Trouble::Unclear)?
            };
            Ok((name, common))
        })
        .collect()
}

/// A literal that nothing gave a type is text.
fn as_text((name, data_type): (String, DataType)) -> (String, DataType) {
    let data_type = if data_type.is_unknown() {
        DataType::named("text")
    } else {
        data_type
    };
    (name, data_type)
}

fn select_columns(outer: &Names<'_>, select: &Select) -> Resolved<Columns> {
    let mut names = Names::inside(outer);
    for item in &select.from {
        add_joined(&mut names, item)?;
    }
    let mut columns = Columns::new();
    for item in &select.projection {
        match item {
            SelectItem::UnnamedExpr(expression) => {
                let node = resolve(&names, expression)?;
                let name = column_label(expression).unwrap_or_else(|| "?column?".to_owned());
                columns.push((name, node.data_type));
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let node = resolve(&names, expr)?;
                columns.push((folded(alias), node.data_type));
            }
            SelectItem::Wildcard(_) => {
                for source in &names.sources {
                    columns.extend(all_columns(&names, source)?);
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let name = read_name(name).ok_or(Trouble::Unclear)?;
                let source = names.source(&name.name).ok_or(Trouble::Unclear)?;
                columns.extend(all_columns(&names, source)?);
            }
            _ => return Err(Trouble::Unclear),
        }
    }
    read_the_rest(&names, select, &columns);
    outer.note_used(names.used_columns());
    Ok(columns)
}

/// What a query reads besides what it gives; trouble there does not change its columns, but then not all is known.
fn read_the_rest(names: &Names<'_>, select: &Select, columns: &Columns) {
    let mut expressions: Vec<&Expr> = select.selection.iter().chain(&select.having).collect();
    if let GroupByExpr::Expressions(keys, _) = &select.group_by {
        // A key may be the name or the number of an output column.
        let is_output = |key: &Expr| match key {
            Expr::Identifier(ident) => {
                let name = folded(ident);
                names.column(&name).is_err() && columns.iter().any(|(own, _)| *own == name)
            }
            Expr::Value(_) => true,
            _ => false,
        };
        expressions.extend(keys.iter().filter(|key| !is_output(key)));
    }
    for expression in expressions {
        // The dependency on a column is noted while resolving, also where the whole cannot be worked out.
        drop(resolve(names, expression));
    }
}

/// What `*` gives of one source.
fn all_columns(names: &Names<'_>, source: &Source) -> Resolved<Columns> {
    if !source.complete {
        return Err(Trouble::Unclear);
    }
    let shown = source
        .columns
        .iter()
        .filter(|(name, _)| !source.merged.contains(name));
    let mut columns = Columns::new();
    for (name, data_type) in shown {
        names.qualified_column(&source.alias, name)?;
        columns.push((name.clone(), data_type.clone()));
    }
    Ok(columns)
}

fn add_joined(names: &mut Names<'_>, item: &TableWithJoins) -> Resolved<()> {
    let source = source(names, &item.relation)?;
    names.sources.extend(source);
    for join in &item.joins {
        add_join(names, join)?;
    }
    Ok(())
}

fn add_join(names: &mut Names<'_>, join: &Join) -> Resolved<()> {
    let mut sources = source(names, &join.relation)?;
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)
    | JoinOperator::Right(constraint)
    | JoinOperator::RightOuter(constraint)
    | JoinOperator::FullOuter(constraint)
    | JoinOperator::CrossJoin(constraint)) = &join.join_operator
    else {
        return Err(Trouble::Unclear);
    };
    let shared: Vec<String> = match constraint {
        JoinConstraint::Using(columns) => {
            let names = columns
                .iter()
                .map(|name| read_name(name).map(|name| name.name));
            names.collect::<Option<_>>().ok_or(Trouble::Unclear)?
        }
        JoinConstraint::Natural => {
            let left = names.sources.iter().flat_map(|source| &source.columns);
            let left: Vec<&String> = left.map(|(name, _)| name).collect();
            let right = sources.iter().flat_map(|source| &source.columns);
            let shared = right.filter(|(name, _)| left.contains(&name));
            shared.map(|(name, _)| name.clone()).collect()
        }
        JoinConstraint::On(_) | JoinConstraint::None => Vec::new(),
    };
    for source in &mut sources {
        source.merged.extend(shared.iter().cloned());
    }
    names.sources.extend(sources);
    if !shared.is_empty() {
        // The shared columns come first in `*`; that order is not worked out beyond the first table.
        let first = names.sources.first().map(|source| &source.columns);
        let leads = first.is_some_and(|columns| {
            let heads = columns.iter().take(shared.len()).map(|(name, _)| name);
            heads.eq(shared.iter())
        });
        if !leads {
            for source in &mut names.sources {
                source.complete = source.complete && source.relation.is_some();
            }
        }
    }
    if let JoinConstraint::On(condition) = constraint {
        drop(resolve(names, condition));
    }
    Ok(())
}

/// What an item of `FROM` gives.
fn source(names: &Names<'_>, factor: &TableFactor) -> Resolved<Vec<Source>> {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } => {
            let name = read_name(name).ok_or(Trouble::Unclear)?;
            let mut source = relation(names, &name)?;
            apply_alias(&mut source, alias.as_ref());
            Ok(vec![source])
        }
        TableFactor::Table {
            name,
            alias,
            args: Some(args),
            with_ordinality,
            ..
        } => {
            let arguments: Vec<FunctionArg> = args.args.clone();
            let name = read_name(name).ok_or(Trouble::Unclear)?;
            function_source(names, &name, &arguments, alias.as_ref(), *with_ordinality)
        }
        TableFactor::Function {
            name,
            args,
            alias,
            with_ordinality,
            ..
        } => {
            let name = read_name(name).ok_or(Trouble::Unclear)?;
            function_source(names, &name, args, alias.as_ref(), *with_ordinality)
        }
        TableFactor::UNNEST {
            alias,
            array_exprs,
            with_ordinality,
            ..
        } => {
            let arguments: Vec<FunctionArg> = array_exprs
                .iter()
                .map(|array| FunctionArg::Unnamed(FunctionArgExpr::Expr(array.clone())))
                .collect();
            let name = QualifiedName::bare("unnest");
            function_source(names, &name, &arguments, alias.as_ref(), *with_ordinality)
        }
        TableFactor::Derived {
            subquery, alias, ..
        } => {
            let columns = shape(names, subquery)?;
            let mut source = derived(String::new(), columns);
            apply_alias(&mut source, alias.as_ref());
            Ok(vec![source])
        }
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => {
            let mut inner = Names::inside(names);
            add_joined(&mut inner, table_with_joins)?;
            names.note_used(inner.used_columns());
            Ok(inner.sources)
        }
        _ => Err(Trouble::Unclear),
    }
}

fn relation(names: &Names<'_>, name: &QualifiedName) -> Resolved<Source> {
    if name.schema.is_none()
        && let Some(query) = names.named_query(&name.name)
    {
        return Ok(query);
    }
    match names.schema.relation(name) {
        Some((_, Relation::Table(table))) => Ok(Source::of_table(table)),
        Some((place, Relation::View(view))) => Ok(Source {
            alias: view.name.clone(),
            relation: Some(place),
            columns: view
                .columns
                .iter()
                .map(|column| (column.name.clone(), DataType::read(&column.data_type)))
                .collect(),
            merged: Vec::new(),
            complete: !view.columns.is_empty(),
        }),
        _ => Err(Trouble::Unclear),
    }
}

fn apply_alias(source: &mut Source, alias: Option<&TableAlias>) {
    if let Some(alias) = alias {
        source.alias = folded(&alias.name);
        let columns = std::mem::take(&mut source.columns);
        source.columns = renamed(columns, Some(alias));
        if !alias.columns.is_empty() {
            // Its columns go by other names now; which they are below is not followed.
            source.relation = None;
        }
    }
}

/// Columns under the names of an alias.
fn renamed(mut columns: Columns, alias: Option<&TableAlias>) -> Columns {
    let given = alias.into_iter().flat_map(|alias| &alias.columns);
    for (column, given) in columns.iter_mut().zip(given) {
        column.0 = folded(&given.name);
    }
    columns
}

/// A function in `FROM`.
fn function_source(
    names: &Names<'_>,
    name: &QualifiedName,
    arguments: &[FunctionArg],
    alias: Option<&TableAlias>,
    with_ordinality: bool,
) -> Resolved<Vec<Source>> {
    let mut nodes = Vec::new();
    for argument in arguments {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else {
            return Err(Trouble::Unclear);
        };
        nodes.push(resolve(names, argument)?);
    }
    let typed = alias.filter(|alias| {
        !alias.columns.is_empty()
            && alias
                .columns
                .iter()
                .all(|column| column.data_type.is_some())
    });
    let mut columns = Columns::new();
    if let Some(alias) = typed {
        for column in &alias.columns {
            let written = column.data_type.as_ref().ok_or(Trouble::Unclear)?;
            columns.push((folded(&column.name), read_type(names, written)?));
        }
    } else {
        columns = function_columns(names, name, &nodes, alias)?;
    }
    if with_ordinality {
        columns.push(("ordinality".to_owned(), DataType::named("bigint")));
    }
    let mut source = derived(name.name.clone(), columns);
    apply_alias(&mut source, alias);
    Ok(vec![source])
}

fn function_columns(
    names: &Names<'_>,
    name: &QualifiedName,
    arguments: &[super::node::Node],
    alias: Option<&TableAlias>,
) -> Resolved<Columns> {
    let key_and_value = |value: &str| {
        vec![
            ("key".to_owned(), DataType::named("text")),
            ("value".to_owned(), DataType::named(value)),
        ]
    };
    match name.name.as_str() {
        "json_each" => return Ok(key_and_value("json")),
        "jsonb_each" => return Ok(key_and_value("jsonb")),
        "json_each_text" | "jsonb_each_text" => return Ok(key_and_value("text")),
        _ => {}
    }
    if name.name == "unnest" && arguments.len() > 1 {
        let elements: Option<Columns> = arguments
            .iter()
            .map(|node| {
                let element = names.schema.array_element(&node.data_type)?;
                Some(("unnest".to_owned(), element.plain()))
            })
            .collect();
        return elements.ok_or(Trouble::Unclear);
    }
    let types: Vec<DataType> = arguments
        .iter()
        .map(|node| node.data_type.clone())
        .collect();
    let candidate = super::choose::function(names.schema, name, &types)?;
    if let Some(home) = &candidate.home
        && let Some(columns) = own_columns(names.schema, home)
    {
        return columns;
    }
    let (_, result) = super::choose::fit(names.schema, &candidate, arguments.to_vec())?;
    if result.is("record") || candidate.kind == CandidateKind::Aggregate {
        return Err(Trouble::Unclear);
    }
    if let Some(row) = type_text::own_name(&result.base).filter(|_| !result.array)
        && names.schema.is_row_type(&row)
    {
        let name = QualifiedName::qualified(row.schema, row.name);
        return relation(names, &name).map(|source| source.columns);
    }
    // json_array_elements and its kin have an output argument named value.
    let label = match name.name.as_str() {
        "json_array_elements"
        | "jsonb_array_elements"
        | "json_array_elements_text"
        | "jsonb_array_elements_text" => "value".to_owned(),
        _ => alias.map_or_else(|| name.name.clone(), |alias| folded(&alias.name)),
    };
    Ok(vec![(label, result.plain())])
}

/// The columns of one's own function that returns a table.
fn own_columns(schema: &Schema, home: &ObjectName) -> Option<Resolved<Columns>> {
    let mut all = schema
        .functions
        .iter()
        .filter(|((name, _), _)| name == home);
    let returns = all.next()?.1.returns.as_deref()?;
    let inner = returns.strip_prefix("TABLE(")?.strip_suffix(')')?;
    let mut columns = Columns::new();
    for part in inner.split(", ") {
        let Some((name, data_type)) = part.split_once(' ') else {
            return Some(Err(Trouble::Unclear));
        };
        columns.push((name.trim_matches('"').to_owned(), DataType::read(data_type)));
    }
    Some(Ok(columns))
}
