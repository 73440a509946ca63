//! What the linker knew of a module, before wasm-bindgen rewrote it: which of its data each function names.
//!
//! The module must be linked with `--emit-relocs` and keep its names. Every address in code and data then has an entry that
//! says which piece of data it means, so that nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    CustomSectionReader, DataKind, DataSectionReader, KnownCustom, Linking, Parser, Payload,
    RelocSectionReader, RelocationType, SymbolInfo, TypeRef,
};

use super::source::{function_names, number};
use crate::Failure;

/// A linked module.
#[derive(Default)]
pub struct Linked<'a> {
    /// The functions' names, by index.
    names: BTreeMap<u32, &'a str>,
    /// The pieces of data, in order and apart from each other: where they lie in memory.
    pieces: Vec<Range<u32>>,
    /// The pieces that a function names.
    by_function: BTreeMap<u32, BTreeSet<usize>>,
    /// The pieces that a piece names.
    by_piece: BTreeMap<usize, BTreeSet<usize>>,
    /// The pieces that are named where no piece is.
    by_others: BTreeSet<usize>,
}

/// What is needed while the module is read.
#[derive(Default)]
struct Reading<'a> {
    linked: Linked<'a>,
    imported: u32,
    /// The place of each section of code or data among all sections, and where in the file its content begins.
    code: Option<(u32, usize)>,
    data: Option<(u32, usize)>,
    /// Where in the file each defined function ends.
    ends: Vec<usize>,
    segments: Vec<Segment>,
    /// The symbols of data, by number: where they lie in memory.
    symbols: BTreeMap<u32, Range<u32>>,
    relocations: Vec<RelocSectionReader<'a>>,
}

/// A segment of data.
struct Segment {
    /// Where its bytes stand in the file.
    file: Range<usize>,
    /// Where they go in memory.
    memory: u32,
}

impl<'a> Linked<'a> {
    /// # Errors
    /// Fails where the module was linked without relocations.
    pub fn read(module: &'a [u8]) -> Result<Self, Failure> {
        let mut reading = Reading::default();
        let mut section = 0;
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::Version { .. } | Payload::End(_) => continue,
                Payload::CodeSectionEntry(body) => {
                    reading.ends.push(body.range().end);
                    continue;
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        reading.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => {
                    reading.code = Some((section, range.start));
                }
                Payload::DataSection(data) => {
                    reading.data = Some((section, data.range().start));
                    reading.take_segments(data)?;
                }
                Payload::CustomSection(custom) => reading.take_custom(&custom)?,
                _ => {}
            }
            section += 1;
        }
        reading.finish()
    }

    /// The parts of memory that only functions of these names reach: by addresses of their own, or through data that only
    /// they reach. In order, and apart from each other.
    pub fn only_of(&self, named: &BTreeSet<&str>) -> Vec<Range<u32>> {
        let mut often: BTreeMap<&str, u32> = BTreeMap::new();
        for name in self.names.values() {
            *often.entry(name).or_default() += 1;
        }
        // A name that two functions have tells nothing.
        let is_named = |function: &u32| {
            self.names
                .get(function)
                .is_some_and(|name| named.contains(name) && often.get(name) == Some(&1))
        };
        let mut waiting: Vec<usize> = self.by_others.iter().copied().collect();
        for (function, pieces) in &self.by_function {
            if !is_named(function) {
                waiting.extend(pieces);
            }
        }
        let mut reached = BTreeSet::new();
        while let Some(piece) = waiting.pop() {
            if reached.insert(piece) {
                waiting.extend(self.by_piece.get(&piece).into_iter().flatten());
            }
        }
        let all = self.pieces.iter().enumerate();
        all.filter(|(piece, _)| !reached.contains(piece))
            .map(|(_, range)| range.clone())
            .collect()
    }
}

impl<'a> Reading<'a> {
    fn take_segments(&mut self, data: DataSectionReader<'a>) -> Result<(), Failure> {
        for segment in data {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else {
                return Err("a segment of data that is not put into memory".into());
            };
            let end = segment.range.end;
            self.segments.push(Segment {
                file: end - segment.data.len()..end,
                memory: number(&offset_expr)?,
            });
        }
        Ok(())
    }

    fn take_custom(&mut self, custom: &CustomSectionReader<'a>) -> Result<(), Failure> {
        match custom.as_known() {
            KnownCustom::Linking(reader) => {
                for part in reader.subsections() {
                    if let Linking::SymbolTable(symbols) = part? {
                        for (number, symbol) in (0..).zip(symbols) {
                            self.take_symbol(number, &symbol?);
                        }
                    }
                }
            }
            KnownCustom::Name(names) => self.linked.names = function_names(names)?,
            KnownCustom::Reloc(reader) => self.relocations.push(reader),
            _ => {}
        }
        Ok(())
    }

    fn take_symbol(&mut self, number: u32, symbol: &SymbolInfo) {
        let SymbolInfo::Data {
            symbol: Some(piece),
            ..
        } = symbol
        else {
            return;
        };
        // Zeros at the end of memory are in no segment.
        let Some(segment) = self.segments.get(piece.index as usize) else {
            return;
        };
        let begin = segment.memory + piece.offset;
        self.symbols.insert(number, begin..begin + piece.size);
    }

    fn finish(mut self) -> Result<Linked<'a>, Failure> {
        if self.symbols.is_empty() || self.relocations.is_empty() {
            return Err("the module was linked without `--emit-relocs`".into());
        }
        self.linked.pieces = apart(self.symbols.values().cloned().collect());
        for reader in std::mem::take(&mut self.relocations) {
            let section = reader.section_index();
            let begin = |of: Option<(u32, usize)>| {
                of.filter(|(index, _)| *index == section)
                    .map(|(_, begin)| begin)
            };
            let (code, data) = (begin(self.code), begin(self.data));
            for entry in reader.entries() {
                let entry = entry?;
                let named = self
                    .symbols
                    .get(&entry.index)
                    .filter(|_| is_address(entry.ty));
                let Some(named) = named.and_then(|range| self.linked.piece_at(range.start)) else {
                    continue;
                };
                let at = entry.offset as usize;
                if let Some(begin) = code {
                    let function = self.ends.partition_point(|end| *end <= begin + at);
                    let function = self.imported + u32::try_from(function)?;
                    let by_function = &mut self.linked.by_function;
                    by_function.entry(function).or_default().insert(named);
                } else if let Some(begin) = data {
                    self.named_by_data(begin + at, named)?;
                }
            }
        }
        Ok(self.linked)
    }

    /// Notes that the data at `at` in the file names a piece.
    fn named_by_data(&mut self, at: usize, named: usize) -> Result<(), Failure> {
        let mut segments = self.segments.iter();
        let segment = segments
            .find(|segment| segment.file.contains(&at))
            .ok_or("an address outside data")?;
        let address = segment.memory + u32::try_from(at - segment.file.start)?;
        match self.linked.piece_at(address) {
            Some(piece) => self.linked.by_piece.entry(piece).or_default().insert(named),
            None => self.linked.by_others.insert(named),
        };
        Ok(())
    }
}

impl Linked<'_> {
    fn piece_at(&self, address: u32) -> Option<usize> {
        let piece = self.pieces.partition_point(|range| range.end <= address);
        let range = self.pieces.get(piece)?;
        range.contains(&address).then_some(piece)
    }
}

fn is_address(kind: RelocationType) -> bool {
    matches!(
        kind,
        RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32
    )
}

/// Ranges in order, those that overlap as one.
fn apart(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut pieces: Vec<Range<u32>> = Vec::new();
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match pieces.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => pieces.push(range),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Encode, Function,
        FunctionSection, Instruction, LinkingSection, MemorySection, MemoryType, Module, NameMap,
        NameSection, SymbolTable, TypeSection,
    };

    use super::*;

    const BEGIN: u32 = 1000;
    /// The pieces of data: each has ten bytes.
    const PIECES: u32 = 4;

    /// Two functions and four pieces of data. `relocations` are those of code, by function and piece, and those of data,
    /// by two pieces.
    fn module(names: [&str; 2], code: &[(u32, u32)], data: &[(u32, u32)]) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        module.section(&functions);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        module.section(&memories);
        let mut bodies = CodeSection::new();
        for _ in names {
            let mut body = Function::new([]);
            body.instruction(&Instruction::Nop);
            body.instruction(&Instruction::End);
            bodies.function(&body);
        }
        module.section(&bodies);
        let mut segments = DataSection::new();
        segments.active(0, &ConstExpr::i32_const(BEGIN.cast_signed()), [0; 40]);
        module.section(&segments);

        let mut symbols = SymbolTable::new();
        for piece in 0..PIECES {
            let definition = DataSymbolDefinition {
                index: 0,
                offset: piece * 10,
                size: 10,
            };
            symbols.data(0, &format!("piece {piece}"), Some(definition));
        }
        let mut linking = LinkingSection::new();
        linking.symbol_table(&symbols);
        module.section(&linking);
        // A count, then for each function its size and its bytes: no locals, and two instructions.
        let in_code = code
            .iter()
            .map(|(function, piece)| (2 + function * 4, *piece));
        // A count, then the segment's kind, place and size.
        let in_data = data.iter().map(|(holder, piece)| (7 + holder * 10, *piece));
        module.section(&relocations("reloc.CODE", 3, in_code.collect()));
        module.section(&relocations("reloc.DATA", 4, in_data.collect()));
        let mut named = NameMap::new();
        for (index, name) in (0..).zip(names) {
            named.append(index, name);
        }
        let mut section = NameSection::new();
        section.functions(&named);
        module.section(&section);
        module.finish()
    }

    fn relocations(name: &str, section: u32, entries: Vec<(u32, u32)>) -> CustomSection<'_> {
        let mut data = Vec::new();
        section.encode(&mut data);
        u32::try_from(entries.len()).unwrap().encode(&mut data);
        for (at, piece) in entries {
            data.push(RelocationType::MemoryAddrI32 as u8);
            at.encode(&mut data);
            piece.encode(&mut data);
            0_i32.encode(&mut data);
        }
        CustomSection {
            name: name.into(),
            data: data.into(),
        }
    }

    fn only_of(module: &[u8], name: &str) -> Vec<u32> {
        let ranges = Linked::read(module)
            .unwrap()
            .only_of(&BTreeSet::from([name]));
        ranges
            .iter()
            .map(|range| (range.start - BEGIN) / 10)
            .collect()
    }

    #[test]
    fn data_belongs_to_those_who_name_it_and_what_it_names_belongs_to_it() {
        // The second function names piece 0, which names piece 1; piece 2 is named by both.
        let module = module(["one", "other"], &[(1, 0), (0, 2), (1, 2)], &[(0, 1)]);
        // Nothing names piece 3: nobody misses it.
        assert_eq!(only_of(&module, "other"), [0, 1, 3]);
        assert_eq!(only_of(&module, "one"), [3]);
    }

    #[test]
    fn data_that_others_reach_through_data_is_not_moved() {
        let module = module(["one", "other"], &[(0, 0), (1, 2)], &[(0, 1), (1, 2)]);
        assert_eq!(only_of(&module, "other"), [3]);
    }

    #[test]
    fn a_name_that_two_functions_have_tells_nothing() {
        let module = module(["same", "same"], &[(0, 0), (1, 1)], &[]);
        assert_eq!(only_of(&module, "same"), [2, 3]);
    }

    #[test]
    fn a_module_without_relocations_is_refused() {
        assert!(Linked::read(&Module::new().finish()).is_err());
    }

    #[test]
    fn pieces_that_overlap_are_one() {
        assert_eq!(apart(vec![5..9, 0..4, 2..5, 9..9]), [0..5, 5..9]);
    }
}
