//! A WebAssembly module as its sections, for taking it apart.

use wasmparser::{
    CompositeInnerType, ConstExpr, DataSectionReader, Element, ElementItems, ElementKind, Export,
    FuncType, FunctionBody, Global, Import, MemoryType, Operator, Parser, Payload, RefType,
    TableType, TypeRef, TypeSectionReader,
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
    data: Option<DataSectionReader<'a>>,
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

    /// # Errors
    /// Every module of Rust has data.
    pub fn data(&self) -> Result<DataSectionReader<'a>, Failure> {
        self.data.clone().ok_or("the module has no data".into())
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
            Payload::DataSection(section) => self.data = Some(section),
            // The count of the data is written anew; names and the compilers' versions are not needed.
            Payload::Version { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::DataCountSection { .. }
            | Payload::CustomSection(_)
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

/// Where a segment begins.
fn number(offset: &ConstExpr) -> Result<u32, Failure> {
    match offset.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(u32::try_from(value)?),
        _ => Err("a segment of functions whose place is not a number".into()),
    }
}

fn is_of_functions(table: &TableType) -> bool {
    table.element_type == RefType::FUNCREF
}
