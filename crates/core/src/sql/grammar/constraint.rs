//! Constraints, at a column and at a table.

use sqlparser::tokenizer::Token;

use crate::operation::{
    Constraint, ConstraintKind, Deferral, Exclusion, ForeignKey, KeyConstraint, ReferentialAction,
    Validity,
};
use crate::sql::cursor::{Cursor, Mark};
use crate::sql::refusal::Parsed;

/// Where a key gets its columns from.
#[derive(Clone, Copy)]
enum KeyColumns<'c> {
    /// It is written at this column.
    Column(&'c str),
    /// It lists them, or names an index.
    Listed,
}

/// What may follow a constraint, and what it says when it does.
#[derive(Clone, Copy)]
struct Attributes {
    deferral: Deferral,
    validity: Validity,
    no_inherit: bool,
}

/// Which attributes a kind of constraint takes.
#[derive(Clone, Copy)]
enum Takes {
    /// Keys and exclusions.
    Deferral,
    /// Foreign keys.
    DeferralAndValidity,
    /// Checks and `NOT NULL`.
    ValidityAndInheritance,
}

impl Cursor<'_> {
    /// Whether a table constraint comes next, not a column.
    pub fn at_table_constraint(&self) -> bool {
        self.at_any(&[
            "CONSTRAINT",
            "CHECK",
            "UNIQUE",
            "PRIMARY",
            "FOREIGN",
            "NOT NULL",
            "EXCLUDE USING",
        ]) || (self.at("EXCLUDE") && matches!(self.peek_nth(1), Token::LParen))
    }

    /// `[CONSTRAINT name] CHECK (…)` and so on, at a table.
    pub fn table_constraint(&mut self) -> Parsed<Constraint> {
        let start = self.mark();
        let name = self.constraint_name()?;
        if self.eat("CHECK") {
            let expression = self.parenthesized_expression()?;
            return self.finish_check(start, name, expression);
        }
        if self.eat("NOT NULL") {
            let column = self.identifier()?;
            let attributes = self.attributes(Takes::ValidityAndInheritance)?;
            if attributes.no_inherit {
                return self.not_modelled(start, "NOT NULL … NO INHERIT is not read");
            }
            return Ok(self.constraint(
                start,
                name,
                ConstraintKind::NotNull { column },
                attributes,
            ));
        }
        if self.eat("FOREIGN KEY") {
            let columns = self.reference_columns()?;
            self.expect("REFERENCES")?;
            return self.references(start, name, columns);
        }
        if self.eat("EXCLUDE") {
            return self.exclusion(start, name);
        }
        if self.at("UNIQUE") || self.at("PRIMARY") {
            return self.key(start, name, KeyColumns::Listed);
        }
        self.refuse("a constraint")
    }

    fn constraint_name(&mut self) -> Parsed<Option<String>> {
        if self.eat("CONSTRAINT") {
            return self.identifier().map(Some);
        }
        Ok(None)
    }

    fn constraint(
        &self,
        start: Mark,
        name: Option<String>,
        kind: ConstraintKind,
        attributes: Attributes,
    ) -> Constraint {
        Constraint {
            name,
            origin: self.origin_from(start),
            kind,
            deferral: attributes.deferral,
            validity: attributes.validity,
        }
    }

    /// `CHECK`, `UNIQUE`, `PRIMARY KEY`, `REFERENCES` at a column, its name already read; `None` if none comes next.
    pub fn column_constraint(
        &mut self,
        start: Mark,
        name: Option<String>,
        column: &str,
    ) -> Parsed<Option<Constraint>> {
        if self.eat("CHECK") {
            let expression = self.parenthesized_expression()?;
            return self.finish_check(start, name, expression).map(Some);
        }
        if self.at("UNIQUE") || self.at("PRIMARY") {
            return self.key(start, name, KeyColumns::Column(column)).map(Some);
        }
        if self.eat("REFERENCES") {
            return self
                .references(start, name, vec![column.to_owned()])
                .map(Some);
        }
        Ok(None)
    }

    /// `NOT NULL` with a name at a column, which PostgreSQL keeps from version 18 on.
    pub fn named_not_null(&self, start: Mark, name: String, column: &str) -> Constraint {
        Constraint {
            name: Some(name),
            origin: self.origin_from(start),
            kind: ConstraintKind::NotNull {
                column: column.to_owned(),
            },
            deferral: Deferral::default(),
            validity: Validity::default(),
        }
    }

    fn finish_check(
        &mut self,
        start: Mark,
        name: Option<String>,
        expression: crate::operation::Expression,
    ) -> Parsed<Constraint> {
        let attributes = self.attributes(Takes::ValidityAndInheritance)?;
        let kind = ConstraintKind::Check {
            expression,
            no_inherit: attributes.no_inherit,
        };
        Ok(self.constraint(start, name, kind, attributes))
    }

    /// `UNIQUE …` or `PRIMARY KEY …`.
    fn key(
        &mut self,
        start: Mark,
        name: Option<String>,
        columns: KeyColumns<'_>,
    ) -> Parsed<Constraint> {
        let primary = self.eat("PRIMARY KEY");
        let mut key = KeyConstraint::default();
        if !primary {
            self.expect("UNIQUE")?;
            key.nulls_not_distinct = self.nulls_not_distinct()?;
        }
        match columns {
            KeyColumns::Column(column) => key.columns.push(column.to_owned()),
            KeyColumns::Listed if self.eat("USING INDEX") => {
                key.using_index = Some(self.identifier()?)
            }
            KeyColumns::Listed => {
                key.columns = self.parenthesized_list(Self::key_column)?;
                if self.eat("INCLUDE") {
                    key.include = self.columns()?;
                }
            }
        }
        if key.using_index.is_none() {
            if self.eat("WITH") {
                key.options = self.storage_parameters()?;
            }
            if self.eat("USING INDEX TABLESPACE") {
                key.tablespace = Some(self.identifier()?);
            }
        }
        let attributes = self.attributes(Takes::Deferral)?;
        let kind = if primary {
            ConstraintKind::PrimaryKey(key)
        } else {
            ConstraintKind::Unique(key)
        };
        Ok(self.constraint(start, name, kind, attributes))
    }

    /// The columns of a foreign key, on either side.
    fn reference_columns(&mut self) -> Parsed<Vec<String>> {
        self.parenthesized_list(|cursor| {
            let start = cursor.mark();
            let column = cursor.identifier()?;
            if column == "period" && cursor.at_identifier() {
                return cursor.not_modelled(start, "PERIOD of a foreign key is not read");
            }
            Ok(column)
        })
    }

    fn key_column(&mut self) -> Parsed<String> {
        let start = self.mark();
        let column = self.identifier()?;
        if self.eat("WITHOUT OVERLAPS") {
            return self.not_modelled(start, "WITHOUT OVERLAPS is not read");
        }
        Ok(column)
    }

    pub fn nulls_not_distinct(&mut self) -> Parsed<bool> {
        if !self.eat("NULLS") {
            return Ok(false);
        }
        let not = self.eat("NOT");
        self.expect("DISTINCT")?;
        Ok(not)
    }

    /// What follows `REFERENCES`.
    fn references(
        &mut self,
        start: Mark,
        name: Option<String>,
        columns: Vec<String>,
    ) -> Parsed<Constraint> {
        let mut key = ForeignKey {
            columns,
            references: self.name()?,
            referenced_columns: Vec::new(),
            match_full: false,
            on_delete: ReferentialAction::default(),
            on_update: ReferentialAction::default(),
            delete_columns: Vec::new(),
        };
        if self.at_token(&Token::LParen) {
            key.referenced_columns = self.reference_columns()?;
        }
        if self.eat("MATCH") {
            key.match_full = self.expect_any(&["FULL", "SIMPLE"])? == "FULL";
        }
        while self.eat("ON") {
            if self.expect_any(&["DELETE", "UPDATE"])? == "UPDATE" {
                key.on_update = self.referential_action()?;
                continue;
            }
            key.on_delete = self.referential_action()?;
            let sets = matches!(
                key.on_delete,
                ReferentialAction::SetNull | ReferentialAction::SetDefault
            );
            if sets && self.at_token(&Token::LParen) {
                key.delete_columns = self.columns()?;
            }
        }
        let attributes = self.attributes(Takes::DeferralAndValidity)?;
        Ok(self.constraint(start, name, ConstraintKind::ForeignKey(key), attributes))
    }

    fn referential_action(&mut self) -> Parsed<ReferentialAction> {
        let actions = [
            "NO ACTION",
            "RESTRICT",
            "CASCADE",
            "SET NULL",
            "SET DEFAULT",
        ];
        Ok(match self.expect_any(&actions)? {
            "RESTRICT" => ReferentialAction::Restrict,
            "CASCADE" => ReferentialAction::Cascade,
            "SET NULL" => ReferentialAction::SetNull,
            "SET DEFAULT" => ReferentialAction::SetDefault,
            _ => ReferentialAction::NoAction,
        })
    }

    /// What follows `EXCLUDE`.
    fn exclusion(&mut self, start: Mark, name: Option<String>) -> Parsed<Constraint> {
        let method = if self.eat("USING") {
            Some(self.identifier()?)
        } else {
            None
        };
        let elements = self.parenthesized_list(|cursor| {
            let element = cursor.mark();
            cursor.index_key()?;
            cursor.expect("WITH")?;
            cursor.operator()?;
            Ok(cursor.text_from(element))
        })?;
        if self.at_any(&["INCLUDE", "WITH", "USING"]) {
            return self.not_modelled(
                start,
                "EXCLUDE with INCLUDE, WITH or a tablespace is not read",
            );
        }
        let predicate = if self.eat("WHERE") {
            Some(self.parenthesized_expression()?)
        } else {
            None
        };
        let attributes = self.attributes(Takes::Deferral)?;
        let kind = ConstraintKind::Exclude(Exclusion {
            method,
            elements,
            predicate,
        });
        Ok(self.constraint(start, name, kind, attributes))
    }

    /// An operator: `=`, `&&`, `OPERATOR(pg_catalog.=)`.
    pub fn operator(&mut self) -> Parsed<()> {
        if self.eat("OPERATOR") {
            return self.balanced().map(drop);
        }
        let is_operator = !matches!(
            self.peek(),
            Token::Word(_)
                | Token::EOF
                | Token::LParen
                | Token::RParen
                | Token::Comma
                | Token::Period
                | Token::SemiColon
                | Token::LBracket
                | Token::RBracket
                | Token::Number(..)
        ) && !self.at_string();
        if !is_operator {
            return self.refuse("an operator");
        }
        self.advance();
        Ok(())
    }

    /// `DEFERRABLE`, `NOT VALID`, `NO INHERIT`, … in any order.
    fn attributes(&mut self, takes: Takes) -> Parsed<Attributes> {
        let deferral = matches!(takes, Takes::Deferral | Takes::DeferralAndValidity);
        let validity = matches!(
            takes,
            Takes::DeferralAndValidity | Takes::ValidityAndInheritance
        );
        let inheritance = matches!(takes, Takes::ValidityAndInheritance);
        let mut found = Attributes {
            deferral: Deferral::default(),
            validity: Validity::default(),
            no_inherit: false,
        };
        loop {
            if deferral && self.at_deferral() {
                found.deferral = self.deferral()?;
            } else if validity && self.eat("NOT VALID") {
                found.validity = Validity::NotValid;
            } else if validity && self.eat("NOT ENFORCED") {
                found.validity = Validity::NotEnforced;
            } else if validity && self.eat("ENFORCED") {
                found.validity = Validity::Valid;
            } else if inheritance && self.eat("NO INHERIT") {
                found.no_inherit = true;
            } else {
                return Ok(found);
            }
        }
    }

    fn at_deferral(&self) -> bool {
        self.at_any(&["DEFERRABLE", "NOT DEFERRABLE", "INITIALLY"])
    }

    /// `[NOT] DEFERRABLE`, `INITIALLY …` in any order; `INITIALLY DEFERRED` implies `DEFERRABLE`.
    pub fn deferral(&mut self) -> Parsed<Deferral> {
        let (mut deferrable, mut deferred) = (None, None);
        loop {
            if deferrable.is_none() && self.eat("DEFERRABLE") {
                deferrable = Some(true);
            } else if deferrable.is_none() && self.eat("NOT DEFERRABLE") {
                deferrable = Some(false);
            } else if deferred.is_none() && self.eat("INITIALLY") {
                deferred = Some(self.expect_any(&["DEFERRED", "IMMEDIATE"])? == "DEFERRED");
            } else {
                break;
            }
        }
        match (deferrable, deferred) {
            (Some(false), Some(true)) => {
                self.refuse("INITIALLY IMMEDIATE for a NOT DEFERRABLE constraint")
            }
            (_, Some(true)) => Ok(Deferral::InitiallyDeferred),
            (Some(true), _) => Ok(Deferral::Deferrable),
            _ => Ok(Deferral::NotDeferrable),
        }
    }

    /// `[CONSTRAINT name]` before a column's constraint, with where it starts.
    pub fn column_constraint_name(&mut self) -> Parsed<(Mark, Option<String>)> {
        let start = self.mark();
        Ok((start, self.constraint_name()?))
    }
}
