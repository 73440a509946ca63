//! Choosing among operators and functions of one name (`parse_func.c`, `parse_oper.c`), and making their arguments fit.

use super::catalog::{Candidate, functions, operators};
use super::coerce::Coercion;
use super::data_type::{Context, DataType};
use super::node::{CastForm, Kind, Node};
use super::{Resolved, Trouble};
use crate::operation::QualifiedName;
use crate::schema::Schema;

/// The operator that two operands (or one) mean.
pub(super) fn operator(schema: &Schema, name: &str, operands: &[DataType]) -> Resolved<Candidate> {
    let candidates = operators(schema, name, operands.len());
    let exact = |types: &[DataType]| {
        let mut all = candidates.iter();
        all.find(|candidate| {
            let pairs = candidate.arguments.iter().zip(types);
            pairs.into_iter().all(|(wanted, given)| wanted.same(given))
        })
        .cloned()
    };
    if let [left, right] = operands {
        // A literal is first taken for what stands on the other side.
        let one = match (left.is_unknown(), right.is_unknown()) {
            (true, false) => Some(right),
            (false, true) => Some(left),
            _ => None,
        };
        let pair = one.map_or([left.clone(), right.clone()], |one| {
            [one.plain(), one.plain()]
        });
        if let Some(found) = exact(&pair) {
            return Ok(found);
        }
        if let Some(one) = one {
            let base = schema.base_type(one);
            if let Some(found) = exact(&[base.clone(), base]) {
                return Ok(found);
            }
        }
    } else if let Some(found) = exact(operands) {
        return Ok(found);
    }
    choose(schema, candidates, operands)
}

/// The function that a call means. Arguments that a default fills stay away.
pub(super) fn function(
    schema: &Schema,
    name: &QualifiedName,
    arguments: &[DataType],
) -> Resolved<Candidate> {
    let candidates: Vec<Candidate> = functions(schema, name)
        .into_iter()
        .filter_map(|candidate| fit_count(candidate, arguments.len()))
        .collect();
    let exact = candidates.iter().find(|candidate| {
        let pairs = candidate.arguments.iter().zip(arguments);
        pairs.into_iter().all(|(wanted, given)| wanted.same(given))
    });
    if let Some(found) = exact {
        return Ok(found.clone());
    }
    choose(schema, candidates, arguments)
}

/// A candidate cut or stretched to the number of arguments given.
fn fit_count(mut candidate: Candidate, count: usize) -> Option<Candidate> {
    let own = candidate.arguments.len();
    if candidate.variadic && count >= own {
        let last = candidate.arguments.pop()?;
        let element = if last.is("\"any\"") {
            last
        } else {
            last.element()
        };
        let element = if element.base == "anyarray" {
            DataType::named("anyelement")
        } else if element.base == "anycompatiblearray" {
            DataType::named("anycompatible")
        } else {
            element
        };
        while candidate.arguments.len() < count {
            candidate.arguments.push(element.clone());
        }
        return Some(candidate);
    }
    if count <= own && count + candidate.defaults >= own {
        candidate.arguments.truncate(count);
        return Some(candidate);
    }
    None
}

/// `func_match_argtypes()` and `func_select_candidate()`.
fn choose(schema: &Schema, candidates: Vec<Candidate>, given: &[DataType]) -> Resolved<Candidate> {
    let mut left: Vec<Candidate> = candidates
        .into_iter()
        .filter(|candidate| accepts(schema, candidate, given))
        .collect();
    let bases: Vec<DataType> = given.iter().map(|one| schema.base_type(one)).collect();
    if left.len() > 1 {
        keep_best(&mut left, |candidate| {
            let pairs = candidate.arguments.iter().zip(&bases);
            pairs.filter(|(wanted, base)| wanted.same(base)).count()
        });
    }
    if left.len() > 1 {
        keep_best(&mut left, |candidate| {
            let pairs = candidate.arguments.iter().zip(&bases);
            let fits = pairs.filter(|(wanted, base)| {
                let (category, preferred) = schema.category(wanted);
                !base.is_unknown()
                    && (wanted.same(base) || (preferred && category == schema.category(base).0))
            });
            fits.count()
        });
    }
    if left.len() > 1 {
        left = by_unknown_arguments(schema, left, &bases);
    }
    if left.len() > 1 {
        left = by_known_type(schema, left, &bases);
    }
    match left.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Trouble::Unclear),
    }
}

fn keep_best(candidates: &mut Vec<Candidate>, score: impl Fn(&Candidate) -> usize) {
    let best = candidates.iter().map(&score).max().unwrap_or_default();
    candidates.retain(|candidate| score(candidate) == best);
}

/// Literals are taken for the category that all candidates agree on, strings first.
fn by_unknown_arguments(
    schema: &Schema,
    candidates: Vec<Candidate>,
    given: &[DataType],
) -> Vec<Candidate> {
    if !given.iter().any(DataType::is_unknown) {
        return candidates;
    }
    let mut wanted: Vec<Option<(char, bool)>> = Vec::new();
    for (at, one) in given.iter().enumerate() {
        if !one.is_unknown() {
            wanted.push(None);
            continue;
        }
        let slots = candidates
            .iter()
            .filter_map(|candidate| candidate.arguments.get(at));
        let slots: Vec<(char, bool)> = slots.map(|slot| schema.category(slot)).collect();
        let Some((first, _)) = slots.first() else {
            return candidates;
        };
        let agreed = slots.iter().all(|(category, _)| category == first);
        let category = if agreed { *first } else { 'S' };
        if !slots.iter().any(|(slot, _)| *slot == category) {
            return candidates;
        }
        let preferred = slots
            .iter()
            .any(|(slot, preferred)| *slot == category && *preferred);
        wanted.push(Some((category, preferred)));
    }
    let fits = |candidate: &&Candidate| {
        let pairs = candidate.arguments.iter().zip(&wanted);
        pairs.into_iter().all(|(slot, wanted)| match wanted {
            None => true,
            Some((category, preferred)) => {
                let (own, own_preferred) = schema.category(slot);
                own == *category && (!preferred || own_preferred)
            }
        })
    };
    let kept: Vec<Candidate> = candidates.iter().filter(fits).cloned().collect();
    if kept.is_empty() { candidates } else { kept }
}

/// If all known arguments have one type, literals are taken for that.
fn by_known_type(
    schema: &Schema,
    candidates: Vec<Candidate>,
    given: &[DataType],
) -> Vec<Candidate> {
    let mut known = given.iter().filter(|one| !one.is_unknown());
    let Some(first) = known.next() else {
        return candidates;
    };
    let unknown = given.iter().any(DataType::is_unknown);
    if !unknown || known.any(|other| !other.same(first)) {
        return candidates;
    }
    let fits = |candidate: &&Candidate| {
        let mut slots = candidate.arguments.iter();
        slots.all(|slot| schema.can_coerce(first, slot, Context::Implicit))
    };
    let kept: Vec<Candidate> = candidates.iter().filter(fits).cloned().collect();
    if kept.len() == 1 { kept } else { candidates }
}

/// Whether arguments of these types can be given.
fn accepts(schema: &Schema, candidate: &Candidate, given: &[DataType]) -> bool {
    let pairs = candidate.arguments.iter().zip(given);
    let mut coercible = pairs
        .into_iter()
        .map(|(wanted, given)| schema.can_coerce(given, wanted, Context::Implicit));
    coercible.all(|fits| fits) && Generic::infer(schema, &candidate.arguments, given).is_some()
}

/// What the polymorphic types of a signature stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Generic {
    /// `anyelement` and its kin.
    element: Option<DataType>,
    /// `anycompatible` and its kin.
    compatible: Option<DataType>,
    /// `anyrange`, `anymultirange`.
    range: Option<DataType>,
}

impl Generic {
    /// Works out what they stand for; none where the arguments contradict each other.
    fn infer(schema: &Schema, wanted: &[DataType], given: &[DataType]) -> Option<Self> {
        let mut found = Self::default();
        let mut compatible: Vec<DataType> = Vec::new();
        for (wanted, given) in wanted.iter().zip(given) {
            if !wanted.is_polymorphic() || given.is_unknown() {
                continue;
            }
            match wanted.base.as_str() {
                "anyelement" | "anynonarray" | "anyenum" => {
                    let base = schema.base_type(given);
                    if wanted.base == "anyenum" && schema.category(&base).0 != 'E' {
                        return None;
                    }
                    if wanted.base == "anynonarray" && base.array {
                        return None;
                    }
                    unify(&mut found.element, given.plain())?;
                }
                "anyarray" => unify(&mut found.element, schema.array_element(given)?.plain())?,
                "anyrange" | "anymultirange" => {
                    if schema.category(given).0 != 'R' {
                        return None;
                    }
                    unify(&mut found.range, given.plain())?;
                }
                "anycompatible" => compatible.push(given.plain()),
                "anycompatiblenonarray" => {
                    if schema.base_type(given).array {
                        return None;
                    }
                    compatible.push(given.plain());
                }
                "anycompatiblearray" => {
                    compatible.push(schema.array_element(given)?.plain());
                }
                _ => return None,
            }
        }
        if !compatible.is_empty() {
            found.compatible = Some(common_type(schema, &compatible)?);
        }
        Some(found)
    }

    /// A type of the signature with what it stands for.
    fn resolve(&self, wanted: &DataType) -> Option<DataType> {
        if !wanted.is_polymorphic() {
            return Some(wanted.clone());
        }
        match wanted.base.as_str() {
            "anyelement" | "anynonarray" | "anyenum" => self.element.clone(),
            "anyarray" => self.element.as_ref().map(DataType::array_of),
            "anyrange" | "anymultirange" => self.range.clone(),
            "anycompatible" | "anycompatiblenonarray" => {
                Some(self.compatible.clone().unwrap_or(DataType::named("text")))
            }
            "anycompatiblearray" => {
                let element = self.compatible.clone().unwrap_or(DataType::named("text"));
                Some(element.array_of())
            }
            _ => None,
        }
    }
}

fn unify(slot: &mut Option<DataType>, found: DataType) -> Option<()> {
    match slot {
        Some(known) if !known.same(&found) => None,
        Some(_) => Some(()),
        None => {
            *slot = Some(found);
            Some(())
        }
    }
}

/// The type that several values take together (`select_common_type()`).
pub(super) fn common_type(schema: &Schema, types: &[DataType]) -> Option<DataType> {
    let (first, rest) = types.split_first()?;
    if !first.is_unknown() && rest.iter().all(|other| other.same(first)) {
        return Some(first.plain());
    }
    let mut chosen = schema.base_type(first).plain();
    for other in rest {
        let other = schema.base_type(other).plain();
        if other.is_unknown() || other.same(&chosen) {
            continue;
        }
        if chosen.is_unknown() {
            chosen = other;
            continue;
        }
        let ((own, preferred), (category, _)) = (schema.category(&chosen), schema.category(&other));
        if own != category {
            return None;
        }
        let forth = schema.can_coerce(&chosen, &other, Context::Implicit);
        let back = schema.can_coerce(&other, &chosen, Context::Implicit);
        if !preferred && forth && !back {
            chosen = other;
        }
    }
    Some(if chosen.is_unknown() {
        DataType::named("text")
    } else {
        chosen
    })
}

/// What a chosen candidate makes of its arguments: they are cast, and the result's type is known.
pub(super) fn fit(
    schema: &Schema,
    candidate: &Candidate,
    arguments: Vec<Node>,
) -> Resolved<(Vec<Node>, DataType)> {
    let given: Vec<DataType> = arguments
        .iter()
        .map(|node| node.data_type.clone())
        .collect();
    let generic = Generic::infer(schema, &candidate.arguments, &given).ok_or(Trouble::Unclear)?;
    let mut fitted = Vec::new();
    for (argument, wanted) in arguments.into_iter().zip(&candidate.arguments) {
        if wanted.is("\"any\"") {
            fitted.push(argument);
            continue;
        }
        let wanted = generic.resolve(wanted).ok_or(Trouble::Unclear)?;
        let coercion = Coercion {
            context: Context::Implicit,
            form: CastForm::Implicit,
        };
        fitted.push(coercion.apply(schema, argument, &wanted.plain())?);
    }
    let result = generic.resolve(&candidate.result).ok_or(Trouble::Unclear)?;
    Ok((fitted, result))
}

/// `left op right`, its operands cast as the chosen operator wants them.
pub(super) fn make_operator(schema: &Schema, name: &str, operands: Vec<Node>) -> Resolved<Node> {
    let types: Vec<DataType> = operands.iter().map(|node| node.data_type.clone()).collect();
    let candidate = operator(schema, name, &types)?;
    let (mut operands, result) = fit(schema, &candidate, operands)?;
    let right = operands.pop().ok_or(Trouble::Unclear)?;
    let kind = Kind::Operator {
        home: candidate.home,
        name: name.to_owned(),
        left: operands.pop().map(Box::new),
        right: Box::new(right),
    };
    Ok(Node::new(kind, result))
}
