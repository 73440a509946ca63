//! Which function goes where, and under which numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use super::{LOAD, LOADERS};
use crate::Failure;

/// Names of wasm-bindgen's own exports: the allocator and the start. The allocator must not be interrupted by loading.
const OWN: &str = "__";

/// The plan of both parts. Functions go by their index in the undivided module.
pub struct Layout {
    /// The imported function that asks for the rest.
    pub load: u32,
    /// The functions of the first part, in order, without imports.
    pub first: Vec<u32>,
    /// The functions of the rest, in order.
    pub rest: Vec<u32>,
    /// The slots of functions of the rest that the first part reaches. Most have one.
    pub slots: BTreeMap<u32, Vec<u32>>,
    /// The first of the slots that the undivided module did not have, and how many there are.
    pub new_slots: (u32, u32),
    /// What the rest calls of the first part, imports among it, in order.
    pub shared: Vec<u32>,
}

impl Layout {
    pub fn plan(source: &Source, used: &BTreeSet<u32>) -> Result<Self, Failure> {
        let load = source
            .imports
            .iter()
            .position(|import| LOADERS.contains(&import.module) && import.name == LOAD)
            .ok_or("the module cannot ask for its rest")?;
        let own = source
            .exports
            .iter()
            .filter(|export| {
                export.name.starts_with(OWN) && export.kind == wasmparser::ExternalKind::Func
            })
            .map(|export| export.index);
        let kept = with_callees(source, own.chain(source.start).collect())?;
        let all = source.imported..u32::try_from(source.functions.len())?;
        let (mut first, mut rest): (Vec<u32>, Vec<u32>) =
            all.partition(|function| used.contains(function) || kept.contains(function));
        // Like stands beside like: brotli makes a hundredth less of it.
        for part in [&mut first, &mut rest] {
            part.sort_by_cached_key(|function| {
                let size = source.body(*function).map_or(0, |body| body.range().len());
                (source.functions.get(*function as usize).copied(), size)
            });
        }
        let is_rest: BTreeSet<u32> = rest.iter().copied().collect();

        let mut slots: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for entry in &source.entries {
            if is_rest.contains(&entry.function) {
                slots.entry(entry.function).or_default().push(entry.slot);
            }
        }
        let table = source.function_table()? as usize;
        let size = source.tables.get(table).map_or(0, |table| table.initial);
        let begin = u32::try_from(size)?;
        let mut reached = BTreeSet::new();
        for function in &first {
            reached.extend(source.calls(*function)?);
        }
        for export in &source.exports {
            if export.kind == wasmparser::ExternalKind::Func {
                reached.insert(export.index);
            }
        }
        let mut next = begin;
        // In the order of the rest, so that doors of one kind stand beside each other.
        for function in rest.iter().filter(|function| reached.contains(function)) {
            slots.entry(*function).or_insert_with(|| {
                next += 1;
                vec![next - 1]
            });
        }
        let mut called = BTreeSet::new();
        for function in &rest {
            called.extend(source.calls(*function)?);
        }
        let shared = (0..source.imported)
            .chain(first.iter().copied())
            .filter(|function| called.contains(function))
            .collect();
        Ok(Self {
            load: u32::try_from(load)?,
            first,
            rest,
            slots,
            new_slots: (begin, next - begin),
            shared,
        })
    }
}

impl Layout {
    /// The functions of the rest for which a door stands in the first part, in order.
    pub fn doors(&self) -> Vec<u32> {
        let mut doors = self.rest.clone();
        doors.retain(|function| self.slots.contains_key(function));
        doors
    }

    /// The names that only functions of the rest have.
    pub fn names_of_rest<'a>(&self, source: &Source<'a>) -> BTreeSet<&'a str> {
        let names = |functions: &[u32]| -> BTreeSet<&'a str> {
            let names = functions
                .iter()
                .filter_map(|function| source.names.get(function));
            names.copied().collect()
        };
        let first = names(&self.first);
        let mut rest = names(&self.rest);
        rest.retain(|name| !first.contains(name));
        rest
    }
}

/// The functions, what they call, and so on.
fn with_callees(source: &Source, mut waiting: Vec<u32>) -> Result<BTreeSet<u32>, Failure> {
    let mut found = BTreeSet::new();
    while let Some(function) = waiting.pop() {
        if found.insert(function) {
            waiting.extend(source.calls(function)?);
        }
    }
    Ok(found)
}
