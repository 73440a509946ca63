//! Type names.

use sqlparser::tokenizer::Token;

use crate::operation::TypeName;
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// Names that PostgreSQL's grammar knows; between quotes they are no type of `pg_catalog`.
const GRAMMAR_NAMES: &[&str] = &[
    "int",
    "integer",
    "smallint",
    "bigint",
    "real",
    "float",
    "decimal",
    "dec",
    "boolean",
    "character",
    "char",
    "nchar",
    "serial",
    "serial2",
    "serial4",
    "serial8",
    "bigserial",
    "smallserial",
];

impl Cursor<'_> {
    /// A type: `numeric(10, 2)`, `timestamp with time zone`, `public.mood[]`.
    pub fn type_name(&mut self) -> Parsed<TypeName> {
        let mut data_type = self.scalar_type()?;
        data_type.array_dimensions = self.array_dimensions()?;
        Ok(data_type)
    }

    fn scalar_type(&mut self) -> Parsed<TypeName> {
        if let Some(data_type) = self.character_type()? {
            return Ok(data_type);
        }
        if let Some(data_type) = self.time_type()? {
            return Ok(data_type);
        }
        if self.eat("DOUBLE PRECISION") {
            return Ok(TypeName::named("double precision"));
        }
        if self.eat("FLOAT") {
            let bits = self.optional_precision()?;
            let single = bits.is_some_and(|bits| bits <= 24);
            return Ok(TypeName::named(if single {
                "real"
            } else {
                "double precision"
            }));
        }
        let plain = [
            "INT", "INTEGER", "SMALLINT", "BIGINT", "REAL", "BOOLEAN", "JSON",
        ];
        if let Some(name) = self.eat_any(&plain) {
            return Ok(TypeName::named(&name.to_ascii_lowercase()));
        }
        if self.eat_any(&["DECIMAL", "DEC", "NUMERIC"]).is_some() {
            return Ok(TypeName::named("numeric").with_modifiers(self.modifiers()?));
        }
        self.generic_type()
    }

    /// `character varying(n)` and its kin; without a length `character` and `bit` mean a length of 1.
    fn character_type(&mut self) -> Parsed<Option<TypeName>> {
        let (base, single_length) = if self.eat("VARCHAR") {
            ("character varying", false)
        } else if self
            .eat_any(&[
                "CHARACTER",
                "CHAR",
                "NCHAR",
                "NATIONAL CHARACTER",
                "NATIONAL CHAR",
            ])
            .is_some()
        {
            if self.eat("VARYING") {
                ("character varying", false)
            } else {
                ("character", true)
            }
        } else if self.eat("BIT") {
            if self.eat("VARYING") {
                ("bit varying", false)
            } else {
                ("bit", true)
            }
        } else {
            return Ok(None);
        };
        let mut modifiers = self.modifiers()?;
        if modifiers.is_empty() && single_length {
            modifiers.push("1".to_owned());
        }
        Ok(Some(TypeName::named(base).with_modifiers(modifiers)))
    }

    fn time_type(&mut self) -> Parsed<Option<TypeName>> {
        if self.eat("INTERVAL") {
            return self.interval_type().map(Some);
        }
        let Some(base) = self.eat_any(&["TIMESTAMP", "TIME"]) else {
            return Ok(None);
        };
        let modifiers = self.modifiers()?;
        let zone = if self.eat("WITH TIME ZONE") {
            "with"
        } else {
            self.eat("WITHOUT TIME ZONE");
            "without"
        };
        let name = format!("{} {zone} time zone", base.to_ascii_lowercase());
        Ok(Some(TypeName::named(&name).with_modifiers(modifiers)))
    }

    /// What follows `INTERVAL`: fields, a precision, or nothing.
    fn interval_type(&mut self) -> Parsed<TypeName> {
        let interval = TypeName::named("interval");
        let mark = self.mark();
        let units = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
        if self.eat_any(&units).is_none() {
            return Ok(interval.with_modifiers(self.modifiers()?));
        }
        if self.eat("TO") {
            self.expect_any(&units)?;
        }
        self.optional_precision()?;
        let fields = self.text_from(mark).to_ascii_lowercase();
        Ok(interval.with_modifiers([fields]))
    }

    /// A type by its name, built in or not.
    fn generic_type(&mut self) -> Parsed<TypeName> {
        let quoted = matches!(self.peek(), Token::Word(word) if word.quote_style.is_some());
        let first = if matches!(self.peek_nth(1), Token::Period) {
            self.identifier()?
        } else {
            self.type_word()?
        };
        let mut parts = vec![first];
        while self.eat_token(&Token::Period) {
            parts.push(self.label()?);
        }
        if self.at_token(&Token::Mod) {
            let mark = self.mark();
            self.advance();
            return self.not_modelled(
                mark,
                "a type taken over from a column with %TYPE is not read",
            );
        }
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop();
        let modifiers = self.modifiers()?;
        let in_catalog = schema.as_deref() == Some("pg_catalog");
        let literal = (quoted || in_catalog) && GRAMMAR_NAMES.contains(&name.as_str());
        let mut data_type = TypeName::named(&name).with_modifiers(modifiers);
        if literal || !(schema.is_none() || in_catalog) {
            data_type.name = name;
        }
        if !(in_catalog && data_type.is_built_in()) {
            data_type.schema = schema;
        }
        Ok(data_type)
    }

    /// `(10, 2)`, as written; empty where there is none.
    fn modifiers(&mut self) -> Parsed<Vec<String>> {
        if !self.at_token(&Token::LParen) {
            return Ok(Vec::new());
        }
        self.parenthesized_list(|cursor| Ok(cursor.expression()?.0))
    }

    fn optional_precision(&mut self) -> Parsed<Option<i64>> {
        if !self.at_token(&Token::LParen) {
            return Ok(None);
        }
        self.parenthesized(Self::integer).map(Some)
    }

    /// PostgreSQL keeps no number of dimensions: 1 for any array.
    fn array_dimensions(&mut self) -> Parsed<u8> {
        if self.eat("ARRAY") {
            if self.at_token(&Token::LBracket) {
                self.array_bounds()?;
            }
            return Ok(1);
        }
        let mut dimensions = 0;
        while self.at_token(&Token::LBracket) {
            self.array_bounds()?;
            dimensions = 1;
        }
        Ok(dimensions)
    }

    fn array_bounds(&mut self) -> Parsed<()> {
        self.expect_token(&Token::LBracket)?;
        if self.at_number() {
            self.integer()?;
        }
        self.expect_token(&Token::RBracket)
    }
}
