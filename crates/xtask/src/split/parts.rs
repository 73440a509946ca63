//! Writes the two parts.

use std::collections::BTreeMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, ImportSection,
    Instruction, MemorySection, Module, StartSection, TableSection, TableType, TypeSection,
};
use wasmparser::{FunctionBody, Operator};

use super::layout::Layout;
use super::source::{Segment, Source};
use crate::Failure;

/// Under this name the rest imports what the first part exports.
const FIRST: &str = "first";

/// Functions under their new numbers, and the slots of those that are elsewhere.
struct Numbering<'l> {
    numbers: BTreeMap<u32, u32>,
    slots: &'l BTreeMap<u32, Vec<u32>>,
    /// The types of all functions.
    types: &'l [u32],
    table: u32,
}

impl Numbering<'_> {
    /// The slot through which a function of the other part is called.
    fn detour(&self, function: u32) -> Option<(u32, u32)> {
        let slot = *self.slots.get(&function)?.first()?;
        Some((slot, *self.types.get(function as usize)?))
    }

    /// A table, with room for the new slots where it is the one of functions.
    fn with_new_slots(
        &mut self,
        index: u32,
        kind: wasmparser::TableType,
        layout: &Layout,
    ) -> Result<TableType, Error<Infallible>> {
        let mut kind = self.table_type(kind)?;
        if index == self.table {
            let added = u64::from(layout.new_slots.1);
            kind.minimum += added;
            kind.maximum = kind.maximum.map(|most| most + added);
        }
        Ok(kind)
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<Function, Error<Infallible>> {
        let mut written = self.new_function_with_parsed_locals(body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let operator = reader.read()?;
            let detour = match operator {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    self.detour(function_index)
                }
                _ => None,
            };
            let Some((slot, type_index)) = detour else {
                written.instruction(&self.instruction(operator)?);
                continue;
            };
            let table_index = self.table;
            written.instruction(&Instruction::I32Const(slot.cast_signed()));
            written.instruction(&match operator {
                Operator::Call { .. } => Instruction::CallIndirect {
                    type_index,
                    table_index,
                },
                _ => Instruction::ReturnCallIndirect {
                    type_index,
                    table_index,
                },
            });
        }
        Ok(written)
    }
}

impl Reencode for Numbering<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        // Every function that is named has a number: the layout gave one to each that is called.
        Ok(self.numbers.get(&function).copied().unwrap_or(u32::MAX))
    }
}

/// What is loaded at once.
pub fn first(source: &Source, layout: &Layout, data: &[Segment<'_>]) -> Result<Vec<u8>, Failure> {
    let table = source.function_table()?;
    let doors = layout.doors();
    let order = (0..source.imported)
        .chain(layout.first.iter().copied())
        .chain(doors.iter().copied());
    let mut numbering = Numbering {
        numbers: order.zip(0..).collect(),
        slots: &layout.slots,
        types: &source.functions,
        table,
    };
    let mut module = Module::new();

    let mut types = TypeSection::new();
    utils::parse_type_section(&mut numbering, &mut types, source.types()?)?;
    module.section(&types);

    let mut imports = ImportSection::new();
    for import in &source.imports {
        utils::parse_import(&mut numbering, &mut imports, *import)?;
    }
    module.section(&imports);

    let mut functions = FunctionSection::new();
    for function in layout.first.iter().chain(&doors) {
        functions.function(type_of(source, *function)?);
    }
    module.section(&functions);

    let begin = layout.new_slots.0;
    let mut tables = TableSection::new();
    for (index, kind) in (0..).zip(&source.tables) {
        tables.table(numbering.with_new_slots(index, *kind, layout)?);
    }
    module.section(&tables);

    let mut memories = MemorySection::new();
    for memory in &source.memories {
        memories.memory(numbering.memory_type(*memory)?);
    }
    module.section(&memories);

    let mut globals = GlobalSection::new();
    for global in &source.globals {
        utils::parse_global(&mut numbering, &mut globals, global.clone())?;
    }
    module.section(&globals);

    let mut exports = ExportSection::new();
    for export in &source.exports {
        utils::parse_export(&mut numbering, &mut exports, *export)?;
    }
    for (place, function) in layout.shared.iter().enumerate() {
        exports.export(
            &function_name(place),
            ExportKind::Func,
            numbering.function_index(*function)?,
        );
    }
    for (name, kind, index) in surroundings(source) {
        exports.export(&name, kind, index);
    }
    module.section(&exports);

    if let Some(start) = source.start {
        module.section(&StartSection {
            function_index: numbering.function_index(start)?,
        });
    }

    let mut elements = ElementSection::new();
    let mut slots: BTreeMap<u32, u32> = source
        .entries
        .iter()
        .map(|entry| (entry.slot, entry.function))
        .collect();
    for (function, places) in &layout.slots {
        slots.extend(
            places
                .iter()
                .filter(|slot| **slot >= begin)
                .map(|slot| (*slot, *function)),
        );
    }
    fill(&mut elements, &mut numbering, &slots)?;
    module.section(&elements);

    module.section(&data_count(data)?);

    let mut code = CodeSection::new();
    for function in &layout.first {
        let body = source.body(*function).ok_or("a function without a body")?;
        code.function(&numbering.body(body)?);
    }
    for function in &doors {
        code.function(&door(source, &mut numbering, layout.load, *function)?);
    }
    module.section(&code);

    module.section(&data_section(data));
    Ok(module.finish())
}

fn data_count(data: &[Segment<'_>]) -> Result<DataCountSection, Failure> {
    let count = u32::try_from(data.len())?;
    Ok(DataCountSection { count })
}

fn data_section(data: &[Segment<'_>]) -> DataSection {
    let mut section = DataSection::new();
    for segment in data {
        let place = ConstExpr::i32_const(segment.memory.cast_signed());
        section.active(0, &place, segment.bytes.iter().copied());
    }
    section
}

/// Asks for the rest, then calls the slot again, where the function itself stands by now.
fn door(
    source: &Source,
    numbering: &mut Numbering,
    load: u32,
    function: u32,
) -> Result<Function, Failure> {
    let (slot, type_index) = numbering.detour(function).ok_or("a door without a slot")?;
    let signature = source
        .signatures
        .get(type_index as usize)
        .ok_or("a function without a type")?;
    let mut door = Function::new([]);
    door.instruction(&Instruction::Call(numbering.function_index(load)?));
    for parameter in 0..u32::try_from(signature.params().len())? {
        door.instruction(&Instruction::LocalGet(parameter));
    }
    door.instruction(&Instruction::I32Const(slot.cast_signed()));
    door.instruction(&Instruction::CallIndirect {
        type_index,
        table_index: numbering.table,
    });
    door.instruction(&Instruction::End);
    Ok(door)
}

/// What is loaded when it is asked for.
pub fn rest(source: &Source, layout: &Layout, data: &[Segment<'_>]) -> Result<Vec<u8>, Failure> {
    let order = layout.shared.iter().chain(&layout.rest).copied();
    let none = BTreeMap::new();
    let mut numbering = Numbering {
        numbers: order.zip(0..).collect(),
        slots: &none,
        types: &source.functions,
        table: source.function_table()?,
    };
    let mut module = Module::new();

    let mut types = TypeSection::new();
    utils::parse_type_section(&mut numbering, &mut types, source.types()?)?;
    module.section(&types);

    let mut imports = ImportSection::new();
    for (place, function) in layout.shared.iter().enumerate() {
        imports.import(
            FIRST,
            &function_name(place),
            EntityType::Function(type_of(source, *function)?),
        );
    }
    for (name, kind, index) in surroundings(source) {
        let place = index as usize;
        let entity = match kind {
            ExportKind::Table => {
                let kind = *source.tables.get(place).ok_or("no such table")?;
                EntityType::Table(numbering.with_new_slots(index, kind, layout)?)
            }
            ExportKind::Memory => EntityType::Memory(
                numbering.memory_type(*source.memories.get(place).ok_or("no such memory")?)?,
            ),
            _ => EntityType::Global(
                numbering.global_type(source.globals.get(place).ok_or("no such global")?.ty)?,
            ),
        };
        imports.import(FIRST, &name, entity);
    }
    module.section(&imports);

    let mut functions = FunctionSection::new();
    for function in &layout.rest {
        functions.function(type_of(source, *function)?);
    }
    module.section(&functions);

    let mut elements = ElementSection::new();
    let slots = layout
        .slots
        .iter()
        .flat_map(|(function, places)| places.iter().map(|slot| (*slot, *function)))
        .collect();
    fill(&mut elements, &mut numbering, &slots)?;
    module.section(&elements);
    module.section(&data_count(data)?);

    let mut code = CodeSection::new();
    for function in &layout.rest {
        let body = source.body(*function).ok_or("a function without a body")?;
        code.function(&numbering.body(body)?);
    }
    module.section(&code);
    module.section(&data_section(data));
    Ok(module.finish())
}

/// Puts functions into slots: a segment for each unbroken run of slots.
fn fill(
    elements: &mut ElementSection,
    numbering: &mut Numbering,
    slots: &BTreeMap<u32, u32>,
) -> Result<(), Failure> {
    let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
    for (slot, function) in slots {
        let number = numbering.function_index(*function)?;
        match runs.last_mut() {
            Some((begin, run)) if *begin + u32::try_from(run.len())? == *slot => run.push(number),
            _ => runs.push((*slot, vec![number])),
        }
    }
    let table = (numbering.table != 0).then_some(numbering.table);
    for (begin, run) in runs {
        elements.active(
            table,
            &ConstExpr::i32_const(begin.cast_signed()),
            Elements::Functions(run.into()),
        );
    }
    Ok(())
}

fn type_of(source: &Source, function: u32) -> Result<u32, Failure> {
    Ok(*source
        .functions
        .get(function as usize)
        .ok_or("a function without a type")?)
}

/// The name of a shared function, by its place among them; no name of wasm-bindgen's is a number.
fn function_name(place: usize) -> String {
    place.to_string()
}

/// Tables, memories and globals, which both parts use, under the names by which the rest imports them.
fn surroundings(source: &Source) -> Vec<(String, ExportKind, u32)> {
    let named = |letter: &'static str, kind: ExportKind, count: usize| {
        (0..)
            .take(count)
            .map(move |index: u32| (format!("{letter}{index}"), kind, index))
    };
    named("t", ExportKind::Table, source.tables.len())
        .chain(named("m", ExportKind::Memory, source.memories.len()))
        .chain(named("g", ExportKind::Global, source.globals.len()))
        .collect()
}
