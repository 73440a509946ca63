//! Types and domains.

use sqlparser::tokenizer::Token;

use crate::operation::{
    AlterDomain, AlterType, Attribute, ConstraintKind, CreateType, Domain, DomainAction,
    EnumPosition, Operation, TypeAction, TypeKind, TypeName,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `CREATE TYPE`.
pub(super) fn create_type(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.name()?;
    let kind = if cursor.eat("AS ENUM") {
        TypeKind::Enum(enum_labels(cursor)?)
    } else if cursor.eat("AS RANGE") {
        range(cursor)?
    } else if cursor.eat("AS") {
        TypeKind::Composite(attributes(cursor)?)
    } else if cursor.at_end() {
        TypeKind::Base(String::new())
    } else {
        let start = cursor.mark();
        cursor.definition()?;
        TypeKind::Base(cursor.text_from(start))
    };
    cursor.end()?;
    Ok(Operation::CreateType(CreateType { name, kind }))
}

fn enum_labels(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let labels = cursor.list(Cursor::string)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(labels)
}

fn attributes(cursor: &mut Cursor<'_>) -> Parsed<Vec<Attribute>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let attributes = cursor.list(attribute)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(attributes)
}

fn attribute(cursor: &mut Cursor<'_>) -> Parsed<Attribute> {
    let name = cursor.identifier()?;
    let data_type = cursor.type_name()?;
    let start = cursor.mark();
    if cursor.eat("COLLATE") {
        cursor.name()?;
        return cursor.not_modelled(start, "the collation of an attribute is not read");
    }
    Ok(Attribute { name, data_type })
}

/// What follows `AS RANGE`.
fn range(cursor: &mut Cursor<'_>) -> Parsed<TypeKind> {
    let mut subtype: Option<TypeName> = None;
    let mut options = Vec::new();
    cursor.parenthesized_list(|cursor| {
        let start = cursor.mark();
        let option = cursor.label()?;
        cursor.expect_token(&Token::Eq)?;
        if option == "subtype" {
            subtype = Some(cursor.type_name()?);
        } else {
            cursor.name()?;
            options.push(cursor.text_from(start));
        }
        Ok(())
    })?;
    match subtype {
        Some(subtype) => Ok(TypeKind::Range { subtype, options }),
        None => cursor.refuse("SUBTYPE"),
    }
}

/// What follows `CREATE DOMAIN`.
pub(super) fn create_domain(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.name()?;
    cursor.eat("AS");
    let mut domain = Domain {
        base_type: cursor.type_name()?,
        collation: None,
        default: None,
        not_null: false,
        checks: Vec::new(),
    };
    while !cursor.at_end() {
        domain_option(cursor, &mut domain)?;
    }
    let kind = TypeKind::Domain(domain);
    Ok(Operation::CreateType(CreateType { name, kind }))
}

fn domain_option(cursor: &mut Cursor<'_>, domain: &mut Domain) -> Parsed<()> {
    if cursor.eat("COLLATE") {
        domain.collation = Some(cursor.name()?);
        return Ok(());
    }
    let (start, name) = cursor.column_constraint_name()?;
    if cursor.at("CHECK") {
        if let Some(check) = cursor.column_constraint(start, name, "")? {
            domain.checks.push(check);
        }
    } else if cursor.eat("NOT NULL") {
        domain.not_null = true;
    } else if cursor.eat("DEFAULT") {
        domain.default = Some(cursor.column_expression()?);
    } else if !cursor.eat("NULL") {
        return cursor.refuse("DEFAULT, NOT NULL, NULL or CHECK");
    }
    Ok(())
}

/// What follows `ALTER TYPE`.
pub(super) fn alter_type(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.name()?;
    let verbs = [
        "ADD VALUE",
        "RENAME VALUE",
        "RENAME TO",
        "RENAME ATTRIBUTE",
        "SET SCHEMA",
        "OWNER TO",
        "ADD ATTRIBUTE",
        "DROP ATTRIBUTE",
        "ALTER ATTRIBUTE",
        "SET",
    ];
    let action = match cursor.expect_any(&verbs)? {
        "ADD VALUE" => add_value(cursor)?,
        "RENAME VALUE" => {
            let label = cursor.string()?;
            cursor.expect("TO")?;
            TypeAction::RenameValue {
                label,
                to: cursor.string()?,
            }
        }
        "RENAME TO" => TypeAction::Rename(cursor.identifier()?),
        "RENAME ATTRIBUTE" => rename_attribute(cursor)?,
        "SET SCHEMA" => TypeAction::SetSchema(cursor.identifier()?),
        "OWNER TO" => TypeAction::Owner(cursor.role()?),
        "SET" => {
            let start = cursor.mark();
            cursor.definition()?;
            TypeAction::Other(format!("SET {}", cursor.text_from(start)))
        }
        verb => attribute_action(cursor, verb)?,
    };
    if cursor.at_token(&Token::Comma) {
        let start = cursor.mark();
        return cursor.not_modelled(start, "several actions in one ALTER TYPE are not read");
    }
    cursor.end()?;
    Ok(Operation::AlterType(AlterType { name, action }))
}

fn add_value(cursor: &mut Cursor<'_>) -> Parsed<TypeAction> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let label = cursor.string()?;
    let position = match cursor.eat_any(&["BEFORE", "AFTER"]) {
        Some("BEFORE") => EnumPosition::Before(cursor.string()?),
        Some(_) => EnumPosition::After(cursor.string()?),
        None => EnumPosition::Last,
    };
    Ok(TypeAction::AddValue {
        if_not_exists,
        label,
        position,
    })
}

fn rename_attribute(cursor: &mut Cursor<'_>) -> Parsed<TypeAction> {
    let name = cursor.identifier()?;
    cursor.expect("TO")?;
    let to = cursor.identifier()?;
    let start = cursor.mark();
    if cursor.eat("CASCADE") {
        return cursor.not_modelled(start, "RENAME ATTRIBUTE … CASCADE is not read");
    }
    cursor.eat("RESTRICT");
    Ok(TypeAction::RenameAttribute { name, to })
}

fn attribute_action(cursor: &mut Cursor<'_>, verb: &str) -> Parsed<TypeAction> {
    Ok(match verb {
        "ADD ATTRIBUTE" => TypeAction::AddAttribute {
            attribute: attribute(cursor)?,
            cascade: cursor.cascade(),
        },
        "DROP ATTRIBUTE" => TypeAction::DropAttribute {
            if_exists: cursor.eat("IF EXISTS"),
            name: cursor.identifier()?,
            cascade: cursor.cascade(),
        },
        _ => {
            let name = cursor.identifier()?;
            cursor.eat("SET DATA");
            cursor.expect("TYPE")?;
            let data_type = cursor.type_name()?;
            TypeAction::SetAttributeType {
                attribute: Attribute { name, data_type },
                cascade: cursor.cascade(),
            }
        }
    })
}

/// What follows `ALTER DOMAIN`.
pub(super) fn alter_domain(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.name()?;
    let verbs = [
        "SET DEFAULT",
        "DROP DEFAULT",
        "SET NOT NULL",
        "DROP NOT NULL",
        "ADD",
        "DROP CONSTRAINT",
        "RENAME CONSTRAINT",
        "VALIDATE CONSTRAINT",
        "RENAME TO",
        "SET SCHEMA",
        "OWNER TO",
    ];
    let action = match cursor.expect_any(&verbs)? {
        "SET DEFAULT" => DomainAction::SetDefault(cursor.expression()?),
        "DROP DEFAULT" => DomainAction::DropDefault,
        "SET NOT NULL" => DomainAction::SetNotNull,
        "DROP NOT NULL" => DomainAction::DropNotNull,
        "ADD" => add_to_domain(cursor)?,
        "DROP CONSTRAINT" => DomainAction::DropConstraint {
            if_exists: cursor.eat("IF EXISTS"),
            name: cursor.identifier()?,
            cascade: cursor.cascade(),
        },
        "RENAME CONSTRAINT" => {
            let name = cursor.identifier()?;
            cursor.expect("TO")?;
            DomainAction::RenameConstraint {
                name,
                to: cursor.identifier()?,
            }
        }
        "VALIDATE CONSTRAINT" => DomainAction::ValidateConstraint(cursor.identifier()?),
        "RENAME TO" => DomainAction::Rename(cursor.identifier()?),
        "SET SCHEMA" => DomainAction::SetSchema(cursor.identifier()?),
        _ => DomainAction::Owner(cursor.role()?),
    };
    cursor.end()?;
    Ok(Operation::AlterDomain(AlterDomain { name, action }))
}

fn add_to_domain(cursor: &mut Cursor<'_>) -> Parsed<DomainAction> {
    let (start, name) = cursor.column_constraint_name()?;
    if name.is_none() && cursor.eat("NOT NULL") {
        return Ok(DomainAction::SetNotNull);
    }
    match cursor.column_constraint(start, name, "")? {
        Some(constraint) if matches!(constraint.kind, ConstraintKind::Check { .. }) => {
            Ok(DomainAction::AddConstraint(constraint))
        }
        _ => cursor.refuse("a CHECK constraint"),
    }
}

impl Cursor<'_> {
    /// `(name = value, flag, …)`: the definition of a type, an aggregate, an operator.
    pub fn definition(&mut self) -> Parsed<()> {
        self.parenthesized_list(|cursor| {
            cursor.label()?;
            if cursor.eat_token(&Token::Eq) {
                cursor.definition_value()?;
            }
            Ok(())
        })
        .map(drop)
    }

    pub fn definition_value(&mut self) -> Parsed<()> {
        if self.at_string() {
            return self.string().map(drop);
        }
        if self.at_number() || self.at_token(&Token::Minus) {
            return self.number().map(drop);
        }
        let start = self.mark();
        if self.type_name().is_ok() {
            return Ok(());
        }
        self.rewind(start);
        if matches!(self.peek(), Token::Word(_)) {
            return self.label().map(drop);
        }
        self.operator()
    }
}
