//! Casting a part of an expression to a type (`parse_coerce.c`).

use super::data_type::{Context, DataType, Path};
use super::literal::{self, Value};
use super::node::{CastForm, Kind, Node};
use super::{Resolved, Trouble};
use crate::schema::Schema;

/// When and why something is cast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coercion {
    pub context: Context,
    pub form: CastForm,
}

impl Coercion {
    /// As an assignment does it, without a trace in the text.
    pub(super) const ASSIGNMENT: Self = Self {
        context: Context::Assignment,
        form: CastForm::Implicit,
    };
    /// As anywhere.
    pub(super) const IMPLICIT: Self = Self {
        context: Context::Implicit,
        form: CastForm::Implicit,
    };
    /// As `::` does it.
    pub(super) const EXPLICIT: Self = Self {
        context: Context::Explicit,
        form: CastForm::Explicit,
    };

    /// `coerce_to_target_type()`: to the type, then to its length.
    pub(super) fn apply(self, schema: &Schema, node: Node, target: &DataType) -> Resolved<Node> {
        let before = node.clone();
        let node = self.to_type(schema, node, target)?;
        let hides = node != before && !node.is_constant();
        Ok(self.to_length(schema, node, target, hides))
    }

    /// `coerce_type()`.
    fn to_type(self, schema: &Schema, node: Node, target: &DataType) -> Resolved<Node> {
        if node.data_type.same(target) || target.is("\"any\"") || target.is_polymorphic() {
            return Ok(node);
        }
        if schema.is_mystery(target) || schema.is_mystery(&node.data_type) {
            return Err(Trouble::Unclear);
        }
        let base = schema.base_type(target);
        let is_domain = !base.same(target);
        if node.data_type.is_unknown() {
            let Kind::Constant(value) = node.kind else {
                return Err(Trouble::Unclear);
            };
            let constant = constant(schema, value, &base)?;
            return Ok(self.to_domain(constant, target, is_domain));
        }
        if target.is("record") && schema.category(&node.data_type).0 == 'C' {
            return Ok(node);
        }
        if node.data_type.is("record") && schema.category(target).0 == 'C' {
            return Ok(Node::new(Kind::Opaque, target.plain()));
        }
        let path = schema.pathway(target, &node.data_type, self.context);
        let path = path.ok_or_else(|| Trouble::NoCast {
            source: node.data_type.plain(),
            target: target.plain(),
        })?;
        let inner = match path {
            Path::Relabel if is_domain => node,
            Path::Relabel | Path::Function | Path::Text | Path::Array => {
                self.cast(node, base.plain(), false)
            }
        };
        Ok(self.to_domain(inner, target, is_domain))
    }

    fn to_domain(self, node: Node, target: &DataType, is_domain: bool) -> Node {
        if is_domain {
            self.cast(node, target.plain(), false)
        } else {
            node
        }
    }

    fn cast(self, node: Node, data_type: DataType, length: bool) -> Node {
        let kind = Kind::Cast {
            argument: Box::new(node),
            form: self.form,
            length,
        };
        Node::new(kind, data_type)
    }

    /// `coerce_type_typmod()`.
    fn to_length(self, schema: &Schema, node: Node, target: &DataType, hides: bool) -> Node {
        let is_domain = !schema.base_type(target).same(target);
        if is_domain || target.modifier.is_empty() || target.modifier == node.data_type.modifier {
            return node;
        }
        let node = if hides { hidden(node) } else { node };
        self.cast(node, target.clone(), true)
    }
}

/// A cast below another of the same kind is not shown (`hide_coercion_node()`).
fn hidden(node: Node) -> Node {
    match node.kind {
        Kind::Cast {
            argument, length, ..
        } => Node::new(
            Kind::Cast {
                argument,
                form: CastForm::Implicit,
                length,
            },
            node.data_type,
        ),
        _ => node,
    }
}

/// A literal as a constant of a type: read by the type's input function, printed by its output function.
fn constant(schema: &Schema, value: Option<String>, target: &DataType) -> Resolved<Node> {
    let Some(value) = value else {
        return Ok(Node::new(Kind::Constant(None), target.plain()));
    };
    match literal::canonical(schema, &value, target) {
        Value::Known(value) => Ok(Node::new(Kind::Constant(Some(value)), target.plain())),
        // Of the type all the same, whatever the value is: `'now'::timestamp`.
        Value::Unclear => Ok(Node::new(Kind::Opaque, target.plain())),
        Value::Invalid(refusal) => Err(Trouble::Refused(refusal)),
    }
}
