//! DDL as SQLAlchemy and Alembic print it for PostgreSQL.

use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::expression::Expr;
use super::implied::{Expanded, PrimaryKey, expand, type_check};
use super::naming::{Conventions, Subject};
use super::quote::{constraint_name, quote, table};
use super::schema::{
    Column, Constraint, ConstraintKind, ForeignKey, Index, IndexKey, PythonDefault, Sequence, Table,
};
use super::types::Family;
use super::{Literals, Rendered, Trouble};

/// Prints DDL.
#[derive(Clone, Copy, Debug)]
pub struct Printer<'a> {
    /// How constraints without a name are called.
    pub conventions: &'a Conventions,
    /// How literals are written.
    pub literals: Literals,
}

impl Printer<'_> {
    /// `CREATE TABLE`.
    pub fn create_table(&self, made: &Table, if_not_exists: bool) -> Rendered {
        let expanded = expand(made);
        let mut sql = Traced::plain("CREATE ");
        for prefix in &made.prefixes {
            sql.push(prefix);
            sql.push_str(" ");
        }
        sql.push_str("TABLE ");
        if if_not_exists {
            sql.push_str("IF NOT EXISTS ");
        }
        sql.push(&table(made.schema.as_deref(), &made.name));
        sql.push_str(" (");
        let mut separator = "\n";
        for column in &made.columns {
            sql.push_str(separator);
            sql.push_str("\t");
            sql.push(&self.column(column, &expanded, made)?);
            separator = ", \n";
        }
        if let Some(key) = &expanded.primary_key {
            sql.push_str(separator);
            sql.push_str("\t");
            sql.push(&self.primary_key(key, made)?);
            separator = ", \n";
        }
        let immediate = expanded.constraints.iter();
        for constraint in immediate.filter(|constraint| !constraint.use_alter) {
            sql.push_str(separator);
            sql.push_str("\t");
            sql.push(&self.constraint(constraint, made)?);
            separator = ", \n";
        }
        sql.push_str("\n)");
        sql.push(&table_options(made));
        Ok(sql)
    }

    /// The indexes that a new table brings, from `index=True` and `sa.Index`.
    pub fn indexes_of(&self, made: &Table) -> Vec<Result<Traced, Trouble>> {
        let indexes = expand(made).indexes;
        indexes
            .iter()
            .map(|index| self.create_index(index, made, false))
            .collect()
    }

    /// Constraints and indexes that a column of a table brings beside its own definition.
    pub fn additions_of(&self, made: &Table) -> Vec<Result<Traced, Trouble>> {
        let expanded = expand(made);
        let constraints = expanded.constraints.iter();
        let indexes = expanded.indexes.iter();
        constraints
            .map(|constraint| self.add_constraint(constraint, made))
            .chain(indexes.map(|index| self.create_index(index, made, false)))
            .collect()
    }

    /// The column's only foreign key as a part of its definition: ` REFERENCES …`.
    pub fn inline_reference(&self, made: &Table) -> Option<Rendered> {
        let expanded = expand(made);
        let mut keys = expanded.constraints.iter().filter_map(single_reference);
        let (constraint, key) = keys.next()?;
        let only = keys.next().is_none();
        only.then(|| {
            let mut sql = references(key)?;
            sql.push(&deferral(constraint));
            Ok(sql)
        })
    }

    /// What `additions_of` says, without what `inline_reference` says.
    pub fn additions_but_reference(&self, made: &Table) -> Vec<Rendered> {
        let expanded = expand(made);
        let constraints = expanded.constraints.iter();
        let indexes = expanded.indexes.iter();
        constraints
            .filter(|constraint| single_reference(constraint).is_none())
            .map(|constraint| self.add_constraint(constraint, made))
            .chain(indexes.map(|index| self.create_index(index, made, false)))
            .collect()
    }

    /// The checks that stand in for the types of a table's columns.
    pub fn type_checks_of(&self, made: &Table) -> Vec<Rc<Constraint>> {
        made.columns
            .iter()
            .filter_map(|column| type_check(column))
            .collect()
    }

    /// A column's definition as part of a table that has only it.
    pub fn lone_column(&self, column: &Rc<Column>, made: &Table) -> Rendered {
        self.column(column, &expand(made), made)
    }

    fn column(&self, column: &Rc<Column>, within: &Expanded, made: &Table) -> Rendered {
        let mut sql = quote(&column.name);
        let in_key = within
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.iter().any(|name| name.text == column.name.text));
        let counts = within
            .counter
            .as_ref()
            .is_some_and(|name| name.text == column.name.text);
        let is_serial = counts
            && column.identity.is_none()
            && column.default != PythonDefault::Value
            && column.default != PythonDefault::Sequence;
        if is_serial {
            let word = match column.data_type.family() {
                Family::BigInteger => " BIGSERIAL",
                Family::SmallInteger => " SMALLSERIAL",
                _ => " SERIAL",
            };
            sql.push_made(word, column.data_type.span);
        } else {
            sql.push_str(" ");
            sql.push(&column.data_type.render_for_column()?);
            if let Some(default) = &column.server_default {
                sql.push_str(" DEFAULT ");
                sql.push(&default.render(self.literals)?);
            }
        }
        if let Some(computed) = &column.computed {
            if computed.persisted == Some(false) {
                return Err(Trouble::refused(
                    "PostgreSQL computed columns do not support 'virtual' persistence",
                ));
            }
            sql.push_str(" GENERATED ALWAYS AS (");
            sql.push(&computed.expression.render(self.literals)?);
            sql.push_str(") STORED");
        }
        if let Some(identity) = &column.identity {
            sql.push_str(" ");
            sql.push_str(&identity_clause(identity));
        }
        let nullable = column.nullable.unwrap_or(!in_key && !column.primary_key);
        match (nullable, column.identity.is_some()) {
            (false, false) => sql.push_str(" NOT NULL"),
            (true, true) => sql.push_str(" NULL"),
            _ => {}
        }
        for constraint in &column.constraints {
            if let ConstraintKind::Check { .. } = constraint.kind {
                sql.push_str(" ");
                sql.push(&self.check_at_column(constraint, made)?);
            }
        }
        sql.mark(0, column.span);
        Ok(sql)
    }

    fn check_at_column(&self, constraint: &Constraint, made: &Table) -> Rendered {
        let mut sql = Traced::default();
        if let Some(name) = self.name_of(constraint, made)? {
            sql.push_str("CONSTRAINT ");
            sql.push(&constraint_name(&name)?);
            sql.push_str(" ");
        }
        sql.push(&self.body(constraint)?);
        Ok(sql)
    }

    fn primary_key(&self, key: &PrimaryKey, made: &Table) -> Rendered {
        let mut constraint = key.constraint.clone();
        constraint.kind = ConstraintKind::PrimaryKey {
            columns: key.columns.clone(),
        };
        self.constraint(&constraint, made)
    }

    /// A constraint as part of a table's definition, or after `ADD`.
    pub fn constraint(&self, constraint: &Constraint, made: &Table) -> Rendered {
        let mut sql = Traced::default();
        if let Some(name) = self.name_of(constraint, made)? {
            sql.push_str("CONSTRAINT ");
            sql.push(&constraint_name(&name)?);
            sql.push_str(" ");
        }
        sql.push(&self.body(constraint)?);
        sql.mark(0, constraint.span);
        Ok(sql)
    }

    /// The name a constraint gets.
    pub fn name_of(
        &self,
        constraint: &Constraint,
        made: &Table,
    ) -> Result<Option<Traced>, Trouble> {
        let texts = |columns: &[Rc<Traced>]| -> Vec<String> {
            columns.iter().map(|column| column.text.clone()).collect()
        };
        let (kind, columns, foreign_key) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns } => ("pk", texts(columns), None),
            ConstraintKind::Unique { columns, .. } => ("uq", texts(columns), None),
            ConstraintKind::Check { condition } => ("ck", columns_named(condition), None),
            ConstraintKind::ForeignKey(key) => ("fk", texts(&key.columns), Some(key)),
            // `ExcludeConstraint` has no pattern of its own.
            ConstraintKind::Exclude(_) => return Ok(constraint.name.as_deref().cloned()),
        };
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let subject = Subject {
            schema: made.schema.as_deref(),
            table: &made.name,
            columns: &columns,
            foreign_key,
        };
        self.conventions
            .name(kind, constraint.name.as_deref(), subject)
    }

    fn body(&self, constraint: &Constraint) -> Rendered {
        let mut sql = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns } => {
                let mut sql = Traced::plain("PRIMARY KEY (");
                sql.push(&names(columns));
                sql.push_str(")");
                sql.push(&include(&constraint.include));
                sql
            }
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
            } => {
                let mut sql = Traced::plain("UNIQUE ");
                match nulls_not_distinct {
                    Some(true) => sql.push_str("NULLS NOT DISTINCT "),
                    Some(false) => sql.push_str("NULLS DISTINCT "),
                    None => {}
                }
                sql.push_str("(");
                sql.push(&names(columns));
                sql.push_str(")");
                sql.push(&include(&constraint.include));
                sql
            }
            ConstraintKind::Check { condition } => {
                let mut sql = Traced::plain("CHECK (");
                sql.push(&condition.render(self.literals)?);
                sql.push_str(")");
                sql
            }
            ConstraintKind::ForeignKey(key) => {
                let mut sql = Traced::plain("FOREIGN KEY(");
                sql.push(&names(&key.columns));
                sql.push_str(")");
                sql.push(&references(key)?);
                sql
            }
            ConstraintKind::Exclude(exclude) => {
                let mut elements = Vec::new();
                for (expression, operator) in &exclude.elements {
                    let mut element = expression.render(self.literals)?;
                    element.push_str(" WITH ");
                    element.push(operator);
                    elements.push(element);
                }
                let mut sql = Traced::plain("EXCLUDE USING ");
                sql.push_str(&exclude.using.text.to_lowercase());
                sql.push_str(" (");
                sql.push(&join(&elements, &Traced::plain(", ")));
                sql.push_str(")");
                if let Some(predicate) = &exclude.predicate {
                    sql.push_str(" WHERE (");
                    sql.push(&predicate.render(self.literals)?);
                    sql.push_str(")");
                }
                sql
            }
        };
        sql.push(&deferral(constraint));
        let may_be_unchecked = matches!(
            constraint.kind,
            ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_)
        );
        if constraint.not_valid && may_be_unchecked {
            sql.push_str(" NOT VALID");
        }
        Ok(sql)
    }

    /// `ALTER TABLE … ADD …`.
    pub fn add_constraint(&self, constraint: &Constraint, made: &Table) -> Rendered {
        let mut sql = Traced::plain("ALTER TABLE ");
        sql.push(&table(made.schema.as_deref(), &made.name));
        sql.push_str(" ADD ");
        sql.push(&self.constraint(constraint, made)?);
        Ok(sql)
    }

    /// `ALTER TABLE … DROP CONSTRAINT …`.
    pub fn drop_constraint(
        &self,
        constraint: &Constraint,
        made: &Table,
        if_exists: bool,
    ) -> Rendered {
        let Some(name) = self.name_of(constraint, made)? else {
            return Err(Trouble::refused(
                "Can't emit DROP CONSTRAINT for a constraint that has no name",
            ));
        };
        drop_constraint_named(&name, made, if_exists)
    }

    /// `CREATE INDEX`.
    pub fn create_index(&self, index: &Index, made: &Table, if_not_exists: bool) -> Rendered {
        let columns = index_columns(index);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let subject = Subject {
            schema: made.schema.as_deref(),
            table: &made.name,
            columns: &columns,
            foreign_key: None,
        };
        let name = self
            .conventions
            .name("ix", index.name.as_deref(), subject)?;
        let Some(name) = name else {
            return Err(Trouble::refused(
                "CREATE INDEX requires that the index have a name",
            ));
        };
        let mut sql = Traced::plain("CREATE ");
        if index.unique {
            sql.push_str("UNIQUE ");
        }
        sql.push_str("INDEX ");
        if index.options.concurrently {
            sql.push_str("CONCURRENTLY ");
        }
        if if_not_exists {
            sql.push_str("IF NOT EXISTS ");
        }
        sql.push(&constraint_name(&name)?);
        sql.push_str(" ON ");
        sql.push(&table(made.schema.as_deref(), &made.name));
        sql.push_str(" ");
        if let Some(using) = &index.options.using {
            sql.push_str("USING ");
            sql.push_str(&using.text.to_lowercase());
            sql.push_str(" ");
        }
        sql.push_str("(");
        let mut keys = Vec::new();
        for key in &index.keys {
            keys.push(self.index_key(key, index)?);
        }
        sql.push(&join(&keys, &Traced::plain(", ")));
        sql.push_str(")");
        sql.push(&include(&index.options.include));
        match index.options.nulls_not_distinct {
            Some(true) => sql.push_str(" NULLS NOT DISTINCT"),
            Some(false) => sql.push_str(" NULLS DISTINCT"),
            None => {}
        }
        if !index.options.with.is_empty() {
            let pairs = index.options.with.iter();
            let pairs: Vec<String> = pairs
                .map(|(key, value)| format!("{key} = {value}"))
                .collect();
            sql.push_str(&format!(" WITH ({})", pairs.join(", ")));
        }
        if let Some(tablespace) = &index.options.tablespace {
            sql.push_str(" TABLESPACE ");
            sql.push(&quote(tablespace));
        }
        if let Some(predicate) = &index.options.predicate {
            sql.push_str(" WHERE ");
            sql.push(&predicate.render(self.literals)?);
        }
        sql.mark(0, index.span);
        Ok(sql)
    }

    fn index_key(&self, key: &IndexKey, index: &Index) -> Rendered {
        let (mut sql, name) = match key {
            IndexKey::Column(name) => (quote(name), Some(name.text.clone())),
            IndexKey::Expression(expression) => {
                let sql = expression.render(self.literals)?;
                let grouped = match expression.as_ref() {
                    Expr::Binary { .. } | Expr::Junction { .. } => {
                        let mut grouped = Traced::plain("(");
                        grouped.push(&sql);
                        grouped.push_str(")");
                        grouped
                    }
                    _ => sql,
                };
                (grouped, expression_key(expression))
            }
        };
        let classes = &index.options.operator_classes;
        if let Some((_, class)) = classes
            .iter()
            .find(|(column, _)| Some(column.as_str()) == name.as_deref())
        {
            sql.push_str(" ");
            sql.push(class);
        }
        Ok(sql)
    }

    /// `DROP INDEX`.
    pub fn drop_index(&self, index: &Index, made: &Table, if_exists: bool) -> Rendered {
        let subject = Subject {
            schema: made.schema.as_deref(),
            table: &made.name,
            columns: &["x"],
            foreign_key: None,
        };
        let Some(name) = self
            .conventions
            .name("ix", index.name.as_deref(), subject)?
        else {
            return Err(Trouble::refused(
                "DROP INDEX requires that the index have a name",
            ));
        };
        let mut sql = Traced::plain("DROP INDEX ");
        if index.options.concurrently {
            sql.push_str("CONCURRENTLY ");
        }
        if if_exists {
            sql.push_str("IF EXISTS ");
        }
        if let Some(schema) = &made.schema {
            sql.push(&quote(schema));
            sql.push_str(".");
        }
        sql.push(&constraint_name(&name)?);
        Ok(sql)
    }

    /// `COMMENT ON TABLE`.
    pub fn table_comment(&self, made: &Table, comment: Option<&Traced>) -> Traced {
        let mut sql = Traced::plain("COMMENT ON TABLE ");
        sql.push(&table(made.schema.as_deref(), &made.name));
        sql.push_str(" IS ");
        sql.push(&self.comment(comment));
        sql
    }

    /// `COMMENT ON COLUMN`.
    pub fn column_comment(
        &self,
        table: &Traced,
        column: &Traced,
        comment: Option<&Traced>,
    ) -> Traced {
        let mut sql = Traced::plain("COMMENT ON COLUMN ");
        sql.push(table);
        sql.push_str(".");
        sql.push(&quote(column));
        sql.push_str(" IS ");
        sql.push(&self.comment(comment));
        sql
    }

    fn comment(&self, comment: Option<&Traced>) -> Traced {
        match comment {
            Some(text) => self.literals.text(text),
            None => Traced::plain("NULL"),
        }
    }
}

/// `ALTER TABLE … DROP CONSTRAINT name`.
fn drop_constraint_named(name: &Traced, made: &Table, if_exists: bool) -> Rendered {
    let mut sql = Traced::plain("ALTER TABLE ");
    sql.push(&table(made.schema.as_deref(), &made.name));
    sql.push_str(" DROP CONSTRAINT ");
    if if_exists {
        sql.push_str("IF EXISTS ");
    }
    sql.push(&constraint_name(name)?);
    Ok(sql)
}

/// `CREATE SEQUENCE`.
pub fn create_sequence(sequence: &Sequence, name: &Traced, if_not_exists: bool) -> Rendered {
    let mut sql = Traced::plain("CREATE SEQUENCE ");
    if if_not_exists {
        sql.push_str("IF NOT EXISTS ");
    }
    sql.push(&table(sequence.schema.as_deref(), name));
    if let Some(data_type) = &sequence.data_type {
        sql.push_str(" AS ");
        sql.push(&data_type.render()?);
    }
    let options = sequence_options(sequence);
    if !options.is_empty() {
        sql.push_str(" ");
        sql.push_str(&options);
    }
    Ok(sql)
}

/// `GENERATED … AS IDENTITY …`.
pub fn identity_clause(identity: &Sequence) -> String {
    let options = sequence_options(identity);
    let kind = if identity.always {
        "ALWAYS"
    } else {
        "BY DEFAULT"
    };
    if options.is_empty() {
        format!("GENERATED {kind} AS IDENTITY")
    } else {
        format!("GENERATED {kind} AS IDENTITY ({options})")
    }
}

/// Options of a sequence in SQLAlchemy's order.
pub fn sequence_options(sequence: &Sequence) -> String {
    let number = |word: &str, value: Option<i64>| value.map(|value| format!("{word} {value}"));
    let word = |word: &str, holds: bool| holds.then(|| word.to_owned());
    let parts = [
        number("INCREMENT BY", sequence.increment),
        number("START WITH", sequence.start),
        number("MINVALUE", sequence.min),
        number("MAXVALUE", sequence.max),
        word("NO MINVALUE", sequence.no_min),
        word("NO MAXVALUE", sequence.no_max),
        number("CACHE", sequence.cache),
        sequence
            .cycle
            .map(|cycle| if cycle { "CYCLE" } else { "NO CYCLE" }.to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn names(columns: &[Rc<Traced>]) -> Traced {
    let quoted: Vec<Traced> = columns.iter().map(|column| quote(column)).collect();
    join(&quoted, &Traced::plain(", "))
}

fn include(columns: &[Rc<Traced>]) -> Traced {
    if columns.is_empty() {
        return Traced::default();
    }
    let mut sql = Traced::plain(" INCLUDE (");
    sql.push(&names(columns));
    sql.push_str(")");
    sql
}

/// A foreign key of one column.
fn single_reference(constraint: &Rc<Constraint>) -> Option<(&Constraint, &ForeignKey)> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) if key.columns.len() == 1 => Some((constraint, key)),
        _ => None,
    }
}

/// When a constraint is checked.
fn deferral(constraint: &Constraint) -> Traced {
    let mut sql = Traced::default();
    match constraint.deferrable {
        Some(true) => sql.push_str(" DEFERRABLE"),
        Some(false) => sql.push_str(" NOT DEFERRABLE"),
        None => {}
    }
    if let Some(initially) = &constraint.initially {
        sql.push_str(" INITIALLY ");
        sql.push(initially);
    }
    sql
}

/// What a foreign key references, as it stands after the columns.
fn references(key: &ForeignKey) -> Rendered {
    let mut sql = Traced::plain(" REFERENCES ");
    sql.push(&table(key.target.schema.as_deref(), &key.target.table));
    sql.push_str(" (");
    sql.push(&names(&key.target.columns));
    sql.push_str(")");
    if let Some(match_type) = &key.match_type {
        sql.push_str(" MATCH ");
        sql.push(match_type);
    }
    let actions = [("ON DELETE", &key.on_delete), ("ON UPDATE", &key.on_update)];
    for (word, action) in actions {
        if let Some(action) = action {
            if !is_phrase(&action.text) {
                return Err(Trouble::refused(format!(
                    "Unexpected SQL phrase: {:?}",
                    action.text
                )));
            }
            sql.push_str(&format!(" {word} "));
            sql.push(action);
        }
    }
    Ok(sql)
}

/// What SQLAlchemy lets through: words, and for `SET NULL` a list of columns.
fn is_phrase(text: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "_$ ,()\"\t\n".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}

/// The columns a condition names outside of plain text.
fn columns_named(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::Column(column) => vec![column.name.text.clone()],
        Expr::Binary { left, right, .. } => {
            let mut all = columns_named(left);
            all.extend(columns_named(right));
            all
        }
        Expr::Junction { items, .. } => items.iter().flat_map(|item| columns_named(item)).collect(),
        _ => Vec::new(),
    }
}

fn index_columns(index: &Index) -> Vec<String> {
    let keys = index.keys.iter().map(|key| match key {
        IndexKey::Column(name) => vec![name.text.clone()],
        IndexKey::Expression(expression) => match expression.as_ref() {
            Expr::Text(text) => vec![text.text.text.clone()],
            other => columns_named(other),
        },
    });
    keys.collect::<Vec<_>>().concat()
}

fn expression_key(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Text(text) => Some(text.text.text.clone()),
        Expr::Column(column) => Some(column.name.text.clone()),
        Expr::Label(_, name) => Some(name.text.clone()),
        _ => None,
    }
}

fn table_options(made: &Table) -> Traced {
    let options = &made.options;
    let mut sql = Traced::default();
    if !options.inherits.is_empty() {
        sql.push_str("\n INHERITS ( ");
        sql.push(&names(&options.inherits));
        sql.push_str(" )");
    }
    if let Some(by) = &options.partition_by {
        sql.push_str("\n PARTITION BY ");
        sql.push(by);
    }
    if let Some(using) = &options.using {
        sql.push_str("\n USING ");
        sql.push(using);
    }
    match options.with_oids {
        Some(true) => sql.push_str("\n WITH OIDS"),
        Some(false) => sql.push_str("\n WITHOUT OIDS"),
        None => {}
    }
    if let Some(action) = &options.on_commit {
        sql.push_str("\n ON COMMIT ");
        sql.push_str(&action.text.replace('_', " ").to_uppercase());
    }
    if let Some(tablespace) = &options.tablespace {
        sql.push_str("\n TABLESPACE ");
        sql.push(&quote(tablespace));
    }
    sql
}
