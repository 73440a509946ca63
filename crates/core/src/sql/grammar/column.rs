//! Column definitions.

use sqlparser::tokenizer::Token;

use crate::operation::{
    ColumnDefinition, ColumnNote, Generated, Identity, Nullability, SequenceOptions, TypeName,
};
use crate::sql::cursor::{Cursor, Mark};
use crate::sql::refusal::Parsed;

impl Cursor<'_> {
    /// `name type constraints`.
    pub fn column_definition(&mut self) -> Parsed<ColumnDefinition> {
        let start = self.mark();
        let name = self.identifier()?;
        let data_type = self.type_name()?;
        let mut column = empty_column(name, data_type);
        if self.eat("STORAGE") {
            column.storage = Some(self.label()?);
        }
        if self.eat("COMPRESSION") {
            column.compression = Some(self.label()?);
        }
        if self.eat("OPTIONS") {
            self.balanced()?;
        }
        while self.column_option(&mut column)? {}
        column.origin = self.origin_from(start);
        Ok(column)
    }

    /// `name [WITH OPTIONS] constraints`: what a partition or a table of a type adds to a column that it has already.
    pub fn added_to_column(&mut self) -> Parsed<ColumnDefinition> {
        let start = self.mark();
        let name = self.identifier()?;
        self.eat("WITH OPTIONS");
        let mut column = empty_column(name, TypeName::unknown());
        while self.column_option(&mut column)? {}
        column.origin = self.origin_from(start);
        Ok(column)
    }

    /// One constraint or clause after the type; false if none comes next.
    fn column_option(&mut self, column: &mut ColumnDefinition) -> Parsed<bool> {
        if self.eat("COLLATE") {
            column.collation = Some(self.name()?);
            return Ok(true);
        }
        let (start, name) = self.column_constraint_name()?;
        if let Some(constraint) = self.column_constraint(start, name.clone(), &column.name)? {
            column.constraints.push(constraint);
            return Ok(true);
        }
        if self.eat("NOT NULL") {
            self.not_null(column, start, name)?;
        } else if self.eat("NULL") {
            if column.nullability == Nullability::NotNull {
                return self.refuse("no NULL after NOT NULL");
            }
            column.nullability = Nullability::Null;
        } else if self.eat("DEFAULT") {
            column.default = Some(self.column_expression()?);
        } else if self.eat("GENERATED") {
            self.generated(column)?;
        } else if name.is_some() {
            return self.refuse("a constraint");
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn not_null(
        &mut self,
        column: &mut ColumnDefinition,
        start: Mark,
        name: Option<String>,
    ) -> Parsed<()> {
        if self.at("NO INHERIT") {
            return self.not_modelled(start, "NOT NULL … NO INHERIT is not read");
        }
        if column.nullability == Nullability::Null {
            return self.refuse("no NOT NULL after NULL");
        }
        column.nullability = Nullability::NotNull;
        if let Some(name) = name {
            let constraint = self.named_not_null(start, name, &column.name);
            column.constraints.push(constraint);
        }
        Ok(())
    }

    /// What follows `GENERATED`.
    fn generated(&mut self, column: &mut ColumnDefinition) -> Parsed<()> {
        let always = self.expect_any(&["ALWAYS", "BY DEFAULT"])? == "ALWAYS";
        self.expect("AS")?;
        if self.eat("IDENTITY") {
            column.identity = Some(Identity {
                always,
                options: self.identity_options()?,
            });
            return Ok(());
        }
        if !always {
            return self.refuse("IDENTITY");
        }
        let expression = self.parenthesized_expression()?;
        let stored = self.eat("STORED");
        if !stored {
            self.eat("VIRTUAL");
        }
        column.generated = Some(Generated { expression, stored });
        Ok(())
    }

    /// `(START WITH 1 …)`, if it is there.
    pub fn identity_options(&mut self) -> Parsed<SequenceOptions> {
        if !self.at_token(&Token::LParen) {
            return Ok(SequenceOptions::default());
        }
        self.parenthesized(|cursor| {
            let start = cursor.mark();
            let (options, owner) = cursor.sequence_options()?;
            if owner.is_some() || cursor.mark() == start {
                return cursor.refuse("an option of an identity sequence");
            }
            Ok(options)
        })
    }
}

/// A column of which only name and type are known.
fn empty_column(name: String, data_type: TypeName) -> ColumnDefinition {
    ColumnDefinition {
        name,
        origin: Default::default(),
        data_type,
        collation: None,
        default: None,
        nullability: Nullability::Unspecified,
        generated: None,
        identity: None,
        constraints: Vec::new(),
        storage: None,
        compression: None,
        note: ColumnNote::default(),
    }
}
