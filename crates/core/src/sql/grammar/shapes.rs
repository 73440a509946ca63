//! Statements that have no effect on the schema model, by their shape.
//!
//! Each is a line in the notation of PostgreSQL's manual, checked token by token: a statement that fits none of the
//! lines that start like it is a syntax error at the token that none could take.

use sqlparser::tokenizer::Token;

use super::session;
use crate::operation::{FunctionKind, Operation, QualifiedName, Unmodelled};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::{Parsed, Refusal};

/// The statement with its kind, the words that its shape starts with.
///
/// Capital words are keywords, `[…]` is optional, `{a | b}` one of several, `x,*` a list with commas, `x+` one or more;
/// lower-case words are other lines ([`PARTS`]) or what [`terminal`] reads.
const SHAPES: &[&str] = &[
    // Rights
    "GRANT : privileges ON grant_target TO grantee,* [WITH GRANT OPTION] [GRANTED BY role]",
    "GRANT : privilege,* TO grantee,* [WITH {ADMIN OPTION | membership,*}] [GRANTED BY role]",
    "REVOKE : [GRANT OPTION FOR] privileges ON grant_target FROM grantee,* [GRANTED BY role] [behavior]",
    "REVOKE : [{ADMIN | INHERIT | SET} OPTION FOR] privilege,* FROM grantee,* [GRANTED BY role] [behavior]",
    "ALTER DEFAULT PRIVILEGES : [default_scope+] GRANT privileges ON default_target TO grantee,* [WITH GRANT OPTION]",
    "ALTER DEFAULT PRIVILEGES : [default_scope+] REVOKE [GRANT OPTION FOR] privileges ON default_target FROM grantee,* [behavior]",
    "REASSIGN OWNED : BY role,* TO role",
    "SECURITY LABEL : [FOR word] ON object IS {string | NULL}",
    // Roles
    "CREATE USER MAPPING : [IF NOT EXISTS] FOR mapped SERVER id [OPTIONS options]",
    "ALTER USER MAPPING : FOR mapped SERVER id OPTIONS alter_options",
    "DROP USER MAPPING : [IF EXISTS] FOR mapped SERVER id",
    "CREATE ROLE : role [WITH] [role_option+]",
    "CREATE USER : role [WITH] [role_option+]",
    "CREATE GROUP : role [WITH] [role_option+]",
    "ALTER ROLE : {ALL | role} [IN DATABASE id] SET setting",
    "ALTER ROLE : {ALL | role} [IN DATABASE id] RESET parameter",
    "ALTER ROLE : role RENAME TO role",
    "ALTER ROLE : role [WITH] [role_option+]",
    "ALTER USER : {ALL | role} [IN DATABASE id] SET setting",
    "ALTER USER : {ALL | role} [IN DATABASE id] RESET parameter",
    "ALTER USER : role RENAME TO role",
    "ALTER USER : role [WITH] [role_option+]",
    "ALTER GROUP : role {ADD | DROP} USER role,*",
    "ALTER GROUP : role RENAME TO role",
    "DROP ROLE : [IF EXISTS] role,*",
    "DROP USER : [IF EXISTS] role,*",
    "DROP GROUP : [IF EXISTS] role,*",
    // Databases, tablespaces, the server
    "CREATE DATABASE : id [WITH] [database_option+]",
    "ALTER DATABASE : id {RENAME TO id | OWNER TO role | SET TABLESPACE id | REFRESH COLLATION VERSION}",
    "ALTER DATABASE : id {SET setting | RESET parameter}",
    "ALTER DATABASE : id [WITH] [database_option+]",
    "DROP DATABASE : [IF EXISTS] id [[WITH] balanced]",
    "CREATE TABLESPACE : id [OWNER role] LOCATION string [WITH parameters]",
    "ALTER TABLESPACE : id {RENAME TO id | OWNER TO role | SET parameters | RESET parameters}",
    "DROP TABLESPACE : [IF EXISTS] id",
    "ALTER SYSTEM : {SET setting | RESET parameter}",
    "ALTER TABLE : ALL IN TABLESPACE id [OWNED BY role,*] SET TABLESPACE id [NOWAIT]",
    "ALTER INDEX : ALL IN TABLESPACE id [OWNED BY role,*] SET TABLESPACE id [NOWAIT]",
    "ALTER MATERIALIZED VIEW : ALL IN TABLESPACE id [OWNED BY role,*] SET TABLESPACE id [NOWAIT]",
    "CHECKPOINT : [balanced]",
    "LOAD : string",
    // Replication
    "CREATE PUBLICATION : id [FOR ALL TABLES] [WITH definition]",
    "CREATE PUBLICATION : id FOR published,* [WITH definition]",
    "ALTER PUBLICATION : id {{ADD | DROP | SET} published,* | SET definition | RENAME TO id | OWNER TO role}",
    "DROP PUBLICATION : [IF EXISTS] id,* [behavior]",
    "CREATE SUBSCRIPTION : id CONNECTION string PUBLICATION label,* [WITH definition]",
    "ALTER SUBSCRIPTION : id {CONNECTION string | REFRESH PUBLICATION [WITH definition] | ENABLE | DISABLE | SKIP balanced}",
    "ALTER SUBSCRIPTION : id {{SET | ADD | DROP} PUBLICATION label,* [WITH definition] | SET definition | RENAME TO id | OWNER TO role}",
    "DROP SUBSCRIPTION : [IF EXISTS] id [behavior]",
    // Rules and event triggers
    "CREATE RULE : rule",
    "CREATE OR REPLACE RULE : rule",
    "ALTER RULE : id ON relation RENAME TO id",
    "DROP RULE : [IF EXISTS] id ON relation [behavior]",
    "CREATE EVENT TRIGGER : id ON label [WHEN event_filter [{AND event_filter}+]] EXECUTE {FUNCTION | PROCEDURE} name ( )",
    "ALTER EVENT TRIGGER : id {DISABLE | ENABLE [REPLICA | ALWAYS] | RENAME TO id | OWNER TO role}",
    "DROP EVENT TRIGGER : [IF EXISTS] id,* [behavior]",
    // Foreign data
    "CREATE FOREIGN DATA WRAPPER : id [wrapper_option+] [OPTIONS options]",
    "ALTER FOREIGN DATA WRAPPER : id {RENAME TO id | OWNER TO role}",
    "ALTER FOREIGN DATA WRAPPER : id [wrapper_option+] [OPTIONS alter_options]",
    "DROP FOREIGN DATA WRAPPER : [IF EXISTS] id,* [behavior]",
    "CREATE SERVER : [IF NOT EXISTS] id [TYPE string] [VERSION string] FOREIGN DATA WRAPPER id [OPTIONS options]",
    "ALTER SERVER : id {RENAME TO id | OWNER TO role}",
    "ALTER SERVER : id [VERSION string] [OPTIONS alter_options]",
    "DROP SERVER : [IF EXISTS] id,* [behavior]",
    // Operators, casts, collations and what types are made of
    "CREATE CAST : ( type AS type ) {WITHOUT FUNCTION | WITH FUNCTION function | WITH INOUT} [AS {ASSIGNMENT | IMPLICIT}]",
    "DROP CAST : [IF EXISTS] ( type AS type ) [behavior]",
    "CREATE COLLATION : [IF NOT EXISTS] name {definition | FROM name}",
    "ALTER COLLATION : name {REFRESH VERSION | RENAME TO id | OWNER TO role | SET SCHEMA id}",
    "DROP COLLATION : [IF EXISTS] name,* [behavior]",
    "CREATE CONVERSION : name FOR string TO string FROM name",
    "CREATE DEFAULT CONVERSION : name FOR string TO string FROM name",
    "ALTER CONVERSION : name {RENAME TO id | OWNER TO role | SET SCHEMA id}",
    "DROP CONVERSION : [IF EXISTS] name [behavior]",
    "CREATE OPERATOR CLASS : name [DEFAULT] FOR TYPE type USING id [FAMILY name] AS class_item,*",
    "ALTER OPERATOR CLASS : name USING id {RENAME TO id | OWNER TO role | SET SCHEMA id}",
    "DROP OPERATOR CLASS : [IF EXISTS] name USING id [behavior]",
    "CREATE OPERATOR FAMILY : name USING id",
    "ALTER OPERATOR FAMILY : name USING id {ADD class_item,* | DROP class_drop,* | RENAME TO id | OWNER TO role | SET SCHEMA id}",
    "DROP OPERATOR FAMILY : [IF EXISTS] name USING id [behavior]",
    "CREATE OPERATOR : operator_name definition",
    "ALTER OPERATOR : operator_name balanced {OWNER TO role | SET SCHEMA id | SET balanced}",
    "DROP OPERATOR : [IF EXISTS] operator_signature,* [behavior]",
    "CREATE ACCESS METHOD : id TYPE {INDEX | TABLE} HANDLER name",
    "DROP ACCESS METHOD : [IF EXISTS] id,* [behavior]",
    "CREATE LANGUAGE : language",
    "CREATE TRUSTED LANGUAGE : language",
    "CREATE PROCEDURAL LANGUAGE : language",
    "CREATE TRUSTED PROCEDURAL LANGUAGE : language",
    "CREATE OR REPLACE LANGUAGE : language",
    "CREATE OR REPLACE TRUSTED LANGUAGE : language",
    "CREATE OR REPLACE PROCEDURAL LANGUAGE : language",
    "CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE : language",
    "ALTER LANGUAGE : id {RENAME TO id | OWNER TO role}",
    "ALTER PROCEDURAL LANGUAGE : id {RENAME TO id | OWNER TO role}",
    "DROP LANGUAGE : [IF EXISTS] word [behavior]",
    "DROP PROCEDURAL LANGUAGE : [IF EXISTS] word [behavior]",
    "CREATE TRANSFORM : FOR type LANGUAGE id balanced",
    "CREATE OR REPLACE TRANSFORM : FOR type LANGUAGE id balanced",
    "DROP TRANSFORM : [IF EXISTS] FOR type LANGUAGE id [behavior]",
    "CREATE TEXT SEARCH : search_kind name definition",
    "ALTER TEXT SEARCH : search_kind name {RENAME TO id | OWNER TO role | SET SCHEMA id | definition}",
    "ALTER TEXT SEARCH CONFIGURATION : name {ADD | ALTER} MAPPING FOR id,* WITH name,*",
    "ALTER TEXT SEARCH CONFIGURATION : name ALTER MAPPING [FOR id,*] REPLACE name WITH name",
    "ALTER TEXT SEARCH CONFIGURATION : name DROP MAPPING [IF EXISTS] FOR id,*",
    "DROP TEXT SEARCH : search_kind [IF EXISTS] name,* [behavior]",
    "ALTER STATISTICS : [IF EXISTS] name {SET STATISTICS number | RENAME TO id | OWNER TO role | SET SCHEMA id}",
    "ALTER EXTENSION : id {UPDATE [TO word] | SET SCHEMA id | {ADD | DROP} object}",
    "ALTER LARGE OBJECT : number OWNER TO role",
    // The session
    "LISTEN : id",
    "UNLISTEN : {* | id}",
    "NOTIFY : id [, string]",
    "DISCARD : {ALL | TEMP | TEMPORARY | PLANS | SEQUENCES}",
    "SHOW : {ALL | TIME ZONE | SESSION AUTHORIZATION | TRANSACTION ISOLATION LEVEL | parameter}",
    "PREPARE : id [( type,* )] AS statement",
    "DEALLOCATE : [PREPARE] {ALL | id}",
    "DECLARE : id [cursor_option+] CURSOR [{WITH | WITHOUT} HOLD] FOR query",
    "FETCH : [direction] [FROM | IN] id",
    "MOVE : [direction] [FROM | IN] id",
    "CLOSE : {ALL | id}",
    "EXPLAIN : [explain_options] statement",
];

/// Statements that PostgreSQL takes but whose effect on the schema is not read, with the reason.
const NOT_MODELLED: &[(&str, &str)] = &[
    (
        "IMPORT FOREIGN SCHEMA : id [{LIMIT TO | EXCEPT} ( name,* )] FROM SERVER id INTO id [OPTIONS options]",
        "which tables it creates is known to the foreign server only",
    ),
    (
        "DROP OWNED : BY role,* [behavior]",
        "what a role owns is not known here",
    ),
    (
        "EXECUTE : id [balanced]",
        "what a prepared statement does is only known when it runs",
    ),
    (
        "CREATE ASSERTION : id CHECK balanced",
        "assertions are not implemented in PostgreSQL",
    ),
];

/// Lines that others use.
const PARTS: &[(&str, &str)] = &[
    ("behavior", "{CASCADE | RESTRICT}"),
    ("privileges", "{ALL [PRIVILEGES] [columns] | privilege,*}"),
    (
        "privilege",
        "{ALTER SYSTEM | SELECT [columns] | REFERENCES [columns] | CREATE [columns] | role [columns]}",
    ),
    ("grantee", "[GROUP] role"),
    (
        "membership",
        "{ADMIN | INHERIT | SET} {OPTION | TRUE | FALSE}",
    ),
    (
        "grant_target",
        "{ALL {TABLES | SEQUENCES | FUNCTIONS | PROCEDURES | ROUTINES} IN SCHEMA id,* | SEQUENCE name,* | DATABASE id,* \
         | DOMAIN name,* | FOREIGN DATA WRAPPER id,* | FOREIGN SERVER id,* | FUNCTION function,* | PROCEDURE function,* \
         | ROUTINE function,* | LANGUAGE id,* | LARGE OBJECT number,* | PARAMETER parameter,* | SCHEMA id,* \
         | TABLESPACE id,* | TYPE name,* | [TABLE] relation,*}",
    ),
    (
        "default_scope",
        "{FOR {ROLE | USER} role,* | IN SCHEMA id,*}",
    ),
    (
        "default_target",
        "{TABLES | FUNCTIONS | ROUTINES | SEQUENCES | TYPES | SCHEMAS | LARGE OBJECTS}",
    ),
    ("mapped", "{USER | role}"),
    (
        "role_option",
        "{SUPERUSER | NOSUPERUSER | CREATEDB | NOCREATEDB | CREATEROLE | NOCREATEROLE | INHERIT | NOINHERIT | LOGIN \
         | NOLOGIN | REPLICATION | NOREPLICATION | BYPASSRLS | NOBYPASSRLS | CONNECTION LIMIT number \
         | [ENCRYPTED] PASSWORD {string | NULL} | VALID UNTIL string | IN ROLE role,* | IN GROUP role,* | ROLE role,* \
         | ADMIN role,* | USER role,* | SYSID number}",
    ),
    (
        "database_option",
        "{CONNECTION LIMIT | OWNER | TEMPLATE | ENCODING | TABLESPACE | LOCATION | label} [=] value",
    ),
    (
        "published",
        "{TABLES IN SCHEMA {CURRENT_SCHEMA | id} | CURRENT_SCHEMA | [TABLE] relation [columns] [WHERE ( expression )] | relation [columns]}",
    ),
    (
        "rule",
        "id AS ON {SELECT | INSERT | UPDATE | DELETE} TO relation [WHERE expression] DO [ALSO | INSTEAD] {NOTHING | balanced | statement}",
    ),
    ("event_filter", "id IN ( string,* )"),
    (
        "wrapper_option",
        "{HANDLER name | NO HANDLER | VALIDATOR name | NO VALIDATOR}",
    ),
    ("options", "( option,* )"),
    ("option", "label string"),
    ("alter_options", "( alter_option,* )"),
    (
        "alter_option",
        "{{ADD | SET} label string | DROP label | label string}",
    ),
    (
        "class_item",
        "{OPERATOR number operator_name [balanced] [FOR {SEARCH | ORDER BY name}] | FUNCTION number [balanced] function | STORAGE type}",
    ),
    ("class_drop", "{OPERATOR | FUNCTION} number balanced"),
    ("operator_signature", "operator_name balanced"),
    (
        "language",
        "word [HANDLER name [INLINE name] [VALIDATOR name]]",
    ),
    (
        "search_kind",
        "{CONFIGURATION | DICTIONARY | PARSER | TEMPLATE}",
    ),
    (
        "cursor_option",
        "{BINARY | INSENSITIVE | ASENSITIVE | SCROLL | NO SCROLL}",
    ),
    (
        "direction",
        "{NEXT | PRIOR | FIRST | LAST | ABSOLUTE number | RELATIVE number | FORWARD ALL | FORWARD number | FORWARD | BACKWARD ALL | BACKWARD number | BACKWARD | ALL | number}",
    ),
    (
        "explain_options",
        "{( explain_option,* ) | ANALYZE [VERBOSE] | VERBOSE}",
    ),
    ("explain_option", "{ANALYZE | label} [value]"),
    (
        "object",
        "{AGGREGATE aggregate | CAST ( type AS type ) | COLLATION name | CONVERSION name | TABLE name | COLUMN name \
         | DOMAIN name | FOREIGN TABLE name | INDEX name | MATERIALIZED VIEW name | VIEW name | SEQUENCE name | TYPE name \
         | STATISTICS name | FUNCTION function | PROCEDURE function | ROUTINE function | OPERATOR CLASS name USING id \
         | OPERATOR FAMILY name USING id | OPERATOR operator_signature | TEXT SEARCH search_kind name | RULE id ON name \
         | TRANSFORM FOR type LANGUAGE id | LARGE OBJECT number | ACCESS METHOD id | DATABASE id | EVENT TRIGGER id \
         | EXTENSION id | FOREIGN DATA WRAPPER id | [PROCEDURAL] LANGUAGE id | PUBLICATION id | ROLE role | SCHEMA id \
         | SERVER id | SUBSCRIPTION id | TABLESPACE id}",
    ),
];

/// What a part of a shape that is no keyword reads; the names of [`PARTS`] come first.
fn terminal(cursor: &mut Cursor<'_>, name: &str, found: &mut Found) -> Parsed<()> {
    match name {
        "id" => cursor.identifier().map(drop),
        "label" => cursor.label().map(drop),
        "name" => cursor.name().map(drop),
        "role" => cursor.role().map(drop),
        "word" if cursor.at_string() => cursor.string().map(drop),
        "word" => cursor.label().map(drop),
        "relation" => {
            let relation = cursor.relation()?;
            found.relation.get_or_insert(relation);
            Ok(())
        }
        "string" => cursor.string().map(drop),
        "number" => cursor.number().map(drop),
        "type" => cursor.type_name().map(drop),
        "expression" => cursor.expression().map(drop),
        "query" => cursor.query().map(drop),
        "columns" => cursor.columns().map(drop),
        "balanced" => cursor.balanced().map(drop),
        "definition" => cursor.definition(),
        "parameters" => cursor.storage_parameters().map(drop),
        "function" => cursor.function_signature(FunctionKind::Function).map(drop),
        "aggregate" => cursor.function_signature(FunctionKind::Aggregate).map(drop),
        "operator_name" => operator_name(cursor),
        "setting" => session::parameter(cursor).map(drop),
        "parameter" => parameter(cursor),
        "value" => value(cursor),
        "statement" => super::statement(cursor).map(drop),
        "*" => cursor.expect_token(&Token::Mul),
        "," => cursor.expect_token(&Token::Comma),
        "(" => cursor.expect_token(&Token::LParen),
        ")" => cursor.expect_token(&Token::RParen),
        "=" => cursor.expect_token(&Token::Eq),
        keyword => cursor.expect(keyword),
    }
}

/// `+`, `schema.+`.
fn operator_name(cursor: &mut Cursor<'_>) -> Parsed<()> {
    while matches!(cursor.peek(), Token::Word(_)) {
        cursor.identifier()?;
        cursor.expect_token(&Token::Period)?;
    }
    cursor.operator()
}

fn parameter(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("ALL") || cursor.eat("TIME ZONE") {
        return Ok(());
    }
    cursor.identifier()?;
    while cursor.eat_token(&Token::Period) {
        cursor.label()?;
    }
    Ok(())
}

/// A string, a number or a word.
fn value(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.at_string() {
        cursor.string().map(drop)
    } else if cursor.at_signed_number() {
        cursor.number().map(drop)
    } else {
        cursor.label().map(drop)
    }
}

/// What matching has found out.
#[derive(Default)]
struct Found {
    relation: Option<QualifiedName>,
    /// The refusal that lies furthest in the statement.
    furthest: Option<Refusal>,
}

impl Found {
    fn note(&mut self, refusal: Refusal) {
        let further = |known: &Refusal| refusal.at.start >= known.at.start;
        if self.furthest.as_ref().is_none_or(further) {
            self.furthest = Some(refusal);
        }
    }
}

/// A shape, taken apart.
enum Node {
    Terminal(&'static str),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Optional(Box<Node>),
    List(Box<Node>),
    Repeated(Box<Node>),
}

impl Node {
    /// Takes a line apart. The lines are constants, covered by a test: what is no notation is taken as a keyword.
    fn parse(line: &'static str) -> Self {
        let mut words = words(line).into_iter().peekable();
        Self::choice(&mut words)
    }

    fn choice(words: &mut std::iter::Peekable<std::vec::IntoIter<&'static str>>) -> Self {
        let mut choices = Vec::new();
        let mut sequence = Vec::new();
        while let Some(word) = words.next_if(|word| !matches!(*word, "]" | "}")) {
            let node = match word {
                "|" => {
                    choices.push(Self::Sequence(std::mem::take(&mut sequence)));
                    continue;
                }
                "[" => {
                    let inner = Self::choice(words);
                    words.next();
                    Self::Optional(Box::new(inner))
                }
                "{" => {
                    let inner = Self::choice(words);
                    words.next();
                    inner
                }
                _ => Self::Terminal(word),
            };
            sequence.push(if words.next_if_eq(&",*").is_some() {
                Self::List(Box::new(node))
            } else if words.next_if_eq(&"+").is_some() {
                Self::Repeated(Box::new(node))
            } else {
                node
            });
        }
        choices.push(Self::Sequence(sequence));
        Self::Choice(choices)
    }

    fn read(&self, cursor: &mut Cursor<'_>, found: &mut Found) -> bool {
        match self {
            Self::Terminal(name) => {
                if let Some((_, line)) = PARTS.iter().find(|(part, _)| part == name) {
                    return Self::parse(line).read(cursor, found);
                }
                match terminal(cursor, name, found) {
                    Ok(()) => true,
                    Err(refusal) => {
                        found.note(refusal);
                        false
                    }
                }
            }
            Self::Sequence(nodes) => nodes.iter().all(|node| node.read(cursor, found)),
            Self::Choice(choices) => choices.iter().any(|choice| choice.attempt(cursor, found)),
            Self::Optional(node) => {
                node.attempt(cursor, found);
                true
            }
            Self::List(node) => {
                while node.read(cursor, found) {
                    if !cursor.eat_token(&Token::Comma) {
                        return true;
                    }
                }
                false
            }
            Self::Repeated(node) => {
                let mut any = false;
                while node.attempt(cursor, found) {
                    any = true;
                }
                any
            }
        }
    }

    /// Reads the node or nothing.
    fn attempt(&self, cursor: &mut Cursor<'_>, found: &mut Found) -> bool {
        let start = cursor.mark();
        let matched = self.read(cursor, found);
        if !matched {
            cursor.rewind(start);
        }
        matched
    }
}

/// The words and signs of a line.
fn words(line: &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_alphabetic() {
            let is_part = |character: char| character.is_ascii_alphabetic() || character == '_';
            rest.find(|character| !is_part(character))
                .unwrap_or(rest.len())
        } else if rest.starts_with(",*") {
            2
        } else {
            first.len_utf8()
        };
        let (word, tail) = rest.split_at(length);
        words.push(word);
        rest = tail.trim_start();
    }
    words
}

/// A statement that fits one of the lines, from its first token on.
pub(super) fn unmodelled(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    let mut found = Found::default();
    for (line, reason) in NOT_MODELLED {
        if fits(cursor, line, &mut found).is_some() {
            return cursor.not_modelled(start, reason);
        }
    }
    for line in SHAPES {
        if let Some(kind) = fits(cursor, line, &mut found) {
            return Ok(without_effect(cursor, kind, found.relation));
        }
        found.relation = None;
    }
    match found.furthest {
        Some(refusal) => Err(refusal),
        None => cursor.refuse("a statement"),
    }
}

/// Whether the statement has this shape, and how its kind is called; the cursor comes back to its place if not.
fn fits(cursor: &mut Cursor<'_>, line: &'static str, found: &mut Found) -> Option<&'static str> {
    let (kind, shape) = line.split_once(" : ")?;
    let start = cursor.mark();
    if !cursor.eat(kind) {
        return None;
    }
    let fits = Node::parse(shape).read(cursor, found);
    if fits {
        match cursor.end() {
            Ok(()) => return Some(kind),
            Err(refusal) => found.note(refusal),
        }
    }
    cursor.rewind(start);
    None
}

/// An operation without effect on the model.
pub(super) fn without_effect(
    cursor: &Cursor<'_>,
    kind: &str,
    relation: Option<QualifiedName>,
) -> Operation {
    Operation::Unmodelled(Unmodelled {
        kind: kind.to_owned(),
        relation,
        sql: cursor.whole(),
    })
}

/// `AGGREGATE f(int)`, `CAST (a AS b)`, …: what can be commented on and labelled.
pub(super) fn object(cursor: &mut Cursor<'_>) -> Parsed<()> {
    let mut found = Found::default();
    if Node::Terminal("object").read(cursor, &mut found) {
        return Ok(());
    }
    match found.furthest {
        Some(refusal) => Err(refusal),
        None => cursor.refuse("an object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every lower-case word of a line is a part or a terminal; brackets are balanced.
    #[test]
    fn the_lines_are_notation() {
        let known = [
            "id",
            "label",
            "name",
            "role",
            "word",
            "relation",
            "string",
            "number",
            "type",
            "expression",
            "query",
            "columns",
            "balanced",
            "definition",
            "parameters",
            "function",
            "aggregate",
            "operator_name",
            "setting",
            "parameter",
            "value",
            "statement",
        ];
        let lines = SHAPES
            .iter()
            .copied()
            .chain(NOT_MODELLED.iter().map(|(line, _)| *line));
        let parts = PARTS.iter().map(|(_, line)| *line);
        for line in lines
            .map(|line| line.split_once(" : ").unwrap().1)
            .chain(parts)
        {
            for word in words(line) {
                let is_part = PARTS.iter().any(|(part, _)| *part == word);
                let is_lower = word
                    .chars()
                    .all(|character| character.is_ascii_lowercase() || character == '_');
                assert!(
                    !is_lower || is_part || known.contains(&word),
                    "{word} in {line}"
                );
            }
            for (open, close) in [("[", "]"), ("{", "}")] {
                let count = |sign| words(line).iter().filter(|word| **word == sign).count();
                assert_eq!(count(open), count(close), "{line}");
            }
        }
    }
}
