//! Types of expressions, and what PostgreSQL knows of each: category, base type, casts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use crate::schema::type_text;
use crate::schema::{ObjectName, Schema, TypeDefinition};

/// A type as `format_type()` prints it, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DataType {
    /// Without modifier and brackets: `character varying`, `public.mood`; `unknown` for a bare literal.
    pub base: String,
    /// `(255)`, or nothing.
    pub modifier: String,
    /// Whether it is an array.
    pub array: bool,
}

impl DataType {
    /// A type without modifier.
    pub(super) fn named(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            modifier: String::new(),
            array: false,
        }
    }

    /// A type as it stands in a column.
    pub(super) fn read(text: &str) -> Self {
        Self {
            base: type_text::base(text),
            modifier: type_text::modifier(text).to_owned(),
            array: type_text::is_array(text),
        }
    }

    /// The type of a literal before its place gives it one.
    pub(super) fn unknown() -> Self {
        Self::named("unknown")
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.base == "unknown" && !self.array
    }

    pub(super) fn is(&self, base: &str) -> bool {
        !self.array && self.base == base
    }

    /// Without its modifier.
    pub(super) fn plain(&self) -> Self {
        Self {
            modifier: String::new(),
            ..self.clone()
        }
    }

    /// The type of an array's elements.
    pub(super) fn element(&self) -> Self {
        Self {
            array: false,
            ..self.clone()
        }
    }

    /// The array of this type.
    pub(super) fn array_of(&self) -> Self {
        Self {
            array: true,
            ..self.clone()
        }
    }

    /// Whether both are the same but for a modifier.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.base == other.base && self.array == other.array
    }

    /// Whether it stands for any of several types.
    pub(super) fn is_polymorphic(&self) -> bool {
        self.base.starts_with("any") && !self.array
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A modifier stands before "with time zone".
        match self.base.split_once(" with") {
            Some((head, tail)) => write!(f, "{head}{} with{tail}", self.modifier)?,
            None if self.is("character") && self.modifier.is_empty() => f.write_str("bpchar")?,
            None if self.base == "interval" && self.modifier.starts_with('(') => {
                write!(f, "interval{}", self.modifier)?;
            }
            None => write!(f, "{}{}", self.base, self.modifier)?,
        }
        if self.array {
            f.write_str("[]")?;
        }
        Ok(())
    }
}

/// When a cast may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Context {
    /// Anywhere.
    Implicit,
    /// When a value is stored in a column.
    Assignment,
    /// When it is written.
    Explicit,
}

/// How a cast works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// The same bytes.
    Relabel,
    /// A function.
    Function,
    /// Printed and read again.
    Text,
    /// Element by element.
    Array,
}

impl Schema {
    /// The type below a domain; any other type is its own.
    pub(super) fn base_type(&self, data_type: &DataType) -> DataType {
        let mut current = data_type.clone();
        // Domains over domains end; the bound only guards against a broken state.
        for _ in 0..16 {
            match (current.array, self.own_definition(&current.base)) {
                (false, Some(TypeDefinition::Domain { base_type, .. })) => {
                    current = DataType::read(base_type);
                }
                _ => break,
            }
        }
        current
    }

    /// The definition of a type of one's own.
    pub(super) fn own_definition(&self, base: &str) -> Option<&TypeDefinition> {
        let name = type_text::own_name(base)?;
        self.types.get(&name).map(|found| &found.definition)
    }

    /// The category of a type (`typcategory`), and whether it is the preferred one there.
    pub(super) fn category(&self, data_type: &DataType) -> (char, bool) {
        if data_type.array {
            return ('A', false);
        }
        if let Some(found) = CATEGORIES.get(data_type.base.as_str()) {
            return *found;
        }
        match self.own_definition(&data_type.base) {
            Some(TypeDefinition::Enum { .. }) => ('E', false),
            Some(TypeDefinition::Range { .. }) => ('R', false),
            Some(TypeDefinition::Composite { .. }) => ('C', false),
            Some(TypeDefinition::Domain { .. }) => {
                (self.category(&self.base_type(data_type)).0, false)
            }
            Some(TypeDefinition::Base {}) => ('U', false),
            None => match type_text::own_name(&data_type.base) {
                Some(name) if name.name == "citext" => ('S', false),
                Some(name) if self.tables.contains_key(&name) => ('C', false),
                _ => ('U', false),
            },
        }
    }

    /// Whether nothing is known of a type.
    pub(super) fn is_mystery(&self, data_type: &DataType) -> bool {
        if data_type.base.is_empty() {
            return true;
        }
        let Some(name) = type_text::own_name(&data_type.base) else {
            return false;
        };
        match self.types.get(&name) {
            Some(found) => matches!(found.definition, TypeDefinition::Base {}),
            None => !self.is_row_type(&name) && !super::extension::is_known_type(&name.name),
        }
    }

    pub(super) fn is_row_type(&self, name: &ObjectName) -> bool {
        self.tables.contains_key(name) || self.views.contains_key(name)
    }

    /// How one type becomes another (`find_coercion_pathway()`).
    pub(super) fn pathway(
        &self,
        target: &DataType,
        source: &DataType,
        context: Context,
    ) -> Option<Path> {
        let (target, source) = (self.base_type(target), self.base_type(source));
        if target.same(&source) {
            return Some(Path::Relabel);
        }
        if let Some((needed, path)) = cast(&source, &target) {
            return (context >= needed).then_some(path);
        }
        if target.array && source.array {
            let element = self.pathway(&target.element(), &source.element(), context);
            return element.map(|_| Path::Array);
        }
        let (target_category, source_category) =
            (self.category(&target).0, self.category(&source).0);
        if context >= Context::Assignment && target_category == 'S' {
            return Some(Path::Text);
        }
        if context >= Context::Explicit && source_category == 'S' {
            return Some(Path::Text);
        }
        None
    }

    /// Whether a value of one type can stand where another is wanted (`can_coerce_type()`).
    pub(super) fn can_coerce(
        &self,
        source: &DataType,
        target: &DataType,
        context: Context,
    ) -> bool {
        target.same(source)
            || source.is_unknown()
            || target.is("\"any\"")
            || target.is_polymorphic()
            || (target.is("record") && self.category(source).0 == 'C')
            || self.pathway(target, source, context).is_some()
    }

    /// The element type of an array, through a domain.
    pub(super) fn array_element(&self, data_type: &DataType) -> Option<DataType> {
        let base = self.base_type(data_type);
        base.array.then(|| base.element())
    }
}

/// A row of `pg_cast`.
fn cast(source: &DataType, target: &DataType) -> Option<(Context, Path)> {
    if source.array || target.array {
        return None;
    }
    if let Some(found) = super::extension::cast(&source.base, &target.base) {
        return Some(found);
    }
    CASTS
        .get(&(source.base.as_str(), target.base.as_str()))
        .copied()
}

/// Category and preference by name.
static CATEGORIES: LazyLock<BTreeMap<&'static str, (char, bool)>> = LazyLock::new(|| {
    let rows = super::catalog::rows(include_str!("catalog/types.tsv"));
    rows.map(|(name, category)| {
        let letter = category.chars().next().unwrap_or('U');
        (name, (letter, category.ends_with('*')))
    })
    .collect()
});

/// Context and method by source and target.
static CASTS: LazyLock<BTreeMap<(&'static str, &'static str), (Context, Path)>> =
    LazyLock::new(|| {
        let rows = super::catalog::rows(include_str!("catalog/casts.tsv"));
        rows.flat_map(|(source, targets)| {
            targets.split(';').filter_map(move |entry| {
                let (target, how) = entry.split_once(':')?;
                let context = match how.get(..1)? {
                    "i" => Context::Implicit,
                    "a" => Context::Assignment,
                    _ => Context::Explicit,
                };
                let path = match how.get(1..)? {
                    "b" => Path::Relabel,
                    "f" => Path::Function,
                    _ => Path::Text,
                };
                Some(((source, target), (context, path)))
            })
        })
        .collect()
    });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::World;

    #[test]
    fn casts_are_those_of_the_catalog() {
        let schema = Schema::empty(World::Closed);
        let path = |source: &str, target: &str, context| {
            schema.pathway(&DataType::read(target), &DataType::read(source), context)
        };
        assert_eq!(
            path("character varying(20)", "text", Context::Implicit),
            Some(Path::Relabel)
        );
        assert_eq!(
            path("integer", "bigint", Context::Implicit),
            Some(Path::Function)
        );
        assert_eq!(path("bigint", "integer", Context::Implicit), None);
        assert_eq!(
            path("bigint", "integer", Context::Assignment),
            Some(Path::Function)
        );
        assert_eq!(
            path("integer", "text", Context::Assignment),
            Some(Path::Text)
        );
        assert_eq!(path("text", "integer", Context::Assignment), None);
        assert_eq!(path("text", "integer", Context::Explicit), Some(Path::Text));
        assert_eq!(
            path("character varying[]", "text[]", Context::Implicit),
            Some(Path::Array)
        );
        assert_eq!(path("boolean", "integer", Context::Assignment), None);
    }
}
