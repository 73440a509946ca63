//! A WebAssembly module as its sections, for taking it apart.

use std::collections::BTreeMap;

use wasmparser::{
    CompositeInnerType, ConstExpr, DataKind, Element, ElementItems, ElementKind, Export, FuncType,
    FunctionBody, Global, Import, KnownCustom, MemoryType, Name, NameSectionReader, Operator,
    Parser, Payload, RefType, TableType, TypeRef, TypeSectionReader,
};

use crate::Failure;

/// What a module holds. Only what Rust's compiler and wasm-bindgen write is understood; anything else is an error.
#[derive(Default)]
pub struct Source<'a> {
    types: Option<TypeSectionReader<'a>>,
    /// The functions' types, by their index.
    pub signatures: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// How many of the functions are imported: they come first.
    pub imported: u32,
    /// The type of every function, by the function's index.
    pub functions: Vec<u32>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    /// What stands in the table of functions from the beginning.
    pub entries: Vec<Entry>,
    /// The defined functions, in order.
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Segment<'a>>,
    /// The functions' names, by index, where they were kept.
    pub names: BTreeMap<u32, &'a str>,
}

/// Data, and where in memory it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    pub memory: u32,
    pub bytes: &'a [u8],
}

/// A function in a slot of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub slot: u32,
    pub function: u32,
}

impl<'a> Source<'a> {
    pub fn read(module: &'a [u8]) -> Result<Self, Failure> {
        let mut source = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            source.take(payload?)?;
        }
        Ok(source)
    }

    /// # Errors
    /// A module without types has no functions to tell apart.
    pub fn types(&self) -> Result<TypeSectionReader<'a>, Failure> {
        self.types.clone().ok_or("the module has no types".into())
    }

    /// The index of the table of functions.
    pub fn function_table(&self) -> Result<u32, Failure> {
        let table = self.tables.iter().position(is_of_functions);
        Ok(u32::try_from(
            table.ok_or("the module has no table of functions")?,
        )?)
    }

    /// The body of a function; none of an imported one.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies
            .get(function.checked_sub(self.imported)? as usize)
    }

    /// The functions that a function calls by name.
    pub fn calls(&self, function: u32) -> Result<Vec<u32>, Failure> {
        let mut found = Vec::new();
        let Some(body) = self.body(function) else {
            return Ok(found);
        };
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => found.push(function_index),
                _ => {}
            }
        }
        Ok(found)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section.clone() {
                    for kind in group?.into_types() {
                        let CompositeInnerType::Func(signature) = kind.composite_type.inner else {
                            return Err("a type that is not a function's".into());
                        };
                        self.signatures.push(signature);
                    }
                }
                self.types = Some(section);
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(kind) = import.ty else {
                        return Err(format!("`{}` is imported and no function", import.name).into());
                    };
                    self.functions.push(kind);
                    self.imports.push(import);
                }
                self.imported = u32::try_from(self.functions.len())?;
            }
            Payload::FunctionSection(section) => {
                for kind in section {
                    self.functions.push(kind?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                self.memories = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(section) => {
                self.globals = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::ExportSection(section) => {
                self.exports = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for segment in section {
                    self.take_entries(segment?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(section) => {
                for segment in section {
                    let segment = segment?;
                    let DataKind::Active {
                        memory_index: 0,
                        offset_expr,
                    } = segment.kind
                    else {
                        return Err("a segment of data that is not put into the memory".into());
                    };
                    self.data.push(Segment {
                        memory: number(&offset_expr)?,
                        bytes: segment.data,
                    });
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.names = function_names(names)?;
                }
            }
            // The count of the data is written anew.
            Payload::Version { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::DataCountSection { .. }
            | Payload::End(_) => {}
            other => return Err(format!("a section that is not expected: {other:?}").into()),
        }
        Ok(())
    }

    fn take_entries(&mut self, segment: Element<'a>) -> Result<(), Failure> {
        let ElementKind::Active {
            table_index,
            offset_expr,
        } = segment.kind
        else {
            return Err("a segment of functions that is not put into a table".into());
        };
        let ElementItems::Functions(functions) = segment.items else {
            return Err("a segment of functions that are not named by number".into());
        };
        if table_index.unwrap_or(0) != self.function_table()? {
            return Err("functions in two tables".into());
        }
        for (slot, function) in (number(&offset_expr)?..).zip(functions) {
            self.entries.push(Entry {
                slot,
                function: function?,
            });
        }
        Ok(())
    }
}

/// The functions' names, by index.
pub fn function_names(names: NameSectionReader<'_>) -> Result<BTreeMap<u32, &str>, Failure> {
    let mut found = BTreeMap::new();
    for part in names {
        let Name::Function(functions) = part? else {
            continue;
        };
        for function in functions {
            let function = function?;
            found.insert(function.index, function.name);
        }
    }
    Ok(found)
}

/// Where a segment begins.
pub fn number(offset: &ConstExpr) -> Result<u32, Failure> {
    match offset.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(u32::try_from(value)?),
        _ => Err("a segment of functions whose place is not a number".into()),
    }
}

fn is_of_functions(table: &TableType) -> bool {
    table.element_type == RefType::FUNCREF
}
