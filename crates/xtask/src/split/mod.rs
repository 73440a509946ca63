//! Splits a WebAssembly module in two: what ordinary reviews run, and the rest, which is loaded when it is first called.
//!
//! The first part holds all data, the table of functions and the memory. Where it would call a function of the rest, it
//! calls through a slot of the table. At first the slot holds a small function that asks for the rest and then calls
//! the slot again; the rest, when it is instantiated, puts its own functions into the slots.

mod layout;
mod parts;
mod source;
mod trace;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use layout::Layout;
use source::Source;

use crate::project::Project;
use crate::{Failure, shell};

/// Reviews our own examples with a module that notes what ran.
const ORDINARY: &str = "web/embed/ordinary.mjs";

/// Splits the module `NAME_bg.wasm` in `folder`, to which wasm-bindgen wrote the script `NAME.js`: the module becomes the
/// first part, and `NAME_rest.wasm` the rest.
pub fn split_in(project: &Project, folder: &Path, name: &str) -> Result<(), Failure> {
    let path = folder.join(format!("{name}_bg.wasm"));
    let module = fs::read(&path)?;
    let traced = project.target().join(format!("{name}_traced.wasm"));
    fs::write(&traced, trace::traced(&module)?)?;
    let mut ordinary = shell::command(project, "node");
    ordinary
        .arg(ORDINARY)
        .arg(folder.join(format!("{name}.js")))
        .arg(&traced);
    let used: Vec<u32> = serde_json::from_str(&shell::output(&mut ordinary)?)?;
    fs::remove_file(traced)?;
    // For the tests, which compare.
    fs::write(project.target().join(format!("{name}_whole.wasm")), &module)?;
    let parts = split(&module, &used.into_iter().collect())?;
    fs::write(path, parts.first)?;
    fs::write(folder.join(format!("{name}_rest.wasm")), parts.rest)?;
    Ok(())
}

/// The script whose only import asks for the rest.
const LOADER: &str = "./rest.js";

/// A module in two parts.
struct Parts {
    /// Loaded at once.
    first: Vec<u8>,
    /// Imports from the first part's exports, under the module name `first`.
    rest: Vec<u8>,
}

/// Splits `module` so that the functions in `used` come first, with those that must never be interrupted.
///
/// # Errors
/// Fails where the module holds what Rust's compiler and wasm-bindgen do not write.
fn split(module: &[u8], used: &BTreeSet<u32>) -> Result<Parts, Failure> {
    let source = Source::read(module)?;
    let layout = Layout::plan(&source, used)?;
    Ok(Parts {
        first: parts::first(&source, &layout)?,
        rest: parts::rest(&source, &layout)?,
    })
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
        ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
        Instruction, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
        TypeSection, ValType,
    };

    use super::source::Entry;
    use super::*;

    const FUNCTIONS: TableType = TableType {
        element_type: RefType::FUNCREF,
        minimum: 2,
        maximum: Some(2),
        table64: false,
        shared: false,
    };

    const STACK: GlobalType = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };

    const MEMORY: MemoryType = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };

    /// Functions 1 to 4, behind the import: the first calls the second, that one the third; the fourth stands in the table;
    /// `go` is the first.
    fn module() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        module.section(&types);
        let mut imports = ImportSection::new();
        imports.import(LOADER, "loadRest", EntityType::Function(0));
        module.section(&imports);
        let mut functions = FunctionSection::new();
        for _ in 0..4 {
            functions.function(1);
        }
        module.section(&functions);
        let mut tables = TableSection::new();
        tables.table(FUNCTIONS);
        module.section(&tables);
        let mut memories = MemorySection::new();
        memories.memory(MEMORY);
        module.section(&memories);
        let mut globals = GlobalSection::new();
        globals.global(STACK, &ConstExpr::i32_const(64));
        module.section(&globals);
        let mut exports = ExportSection::new();
        exports.export("go", ExportKind::Func, 1);
        module.section(&exports);
        let mut elements = ElementSection::new();
        let table = Elements::Functions([4].as_slice().into());
        elements.active(None, &ConstExpr::i32_const(1), table);
        module.section(&elements);
        let mut code = CodeSection::new();
        for called in [Some(2), Some(3), None, None] {
            let mut body = Function::new([]);
            body.instruction(&Instruction::LocalGet(0));
            if let Some(called) = called {
                body.instruction(&Instruction::Call(called));
            }
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        module.section(&code);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(0), *b"text");
        module.section(&data);
        module.finish()
    }

    fn split_after(used: &[u32]) -> Parts {
        split(&module(), &used.iter().copied().collect()).unwrap()
    }

    #[test]
    fn what_is_written_is_valid() {
        wasmparser::validate(&trace::traced(&module()).unwrap()).unwrap();
        for used in [[].as_slice(), &[1], &[2, 4], &[1, 2, 3, 4]] {
            let parts = split_after(used);
            wasmparser::validate(&parts.first).unwrap();
            wasmparser::validate(&parts.rest).unwrap();
        }
    }

    #[test]
    fn a_door_stands_for_each_function_of_the_rest_that_the_first_part_reaches() {
        let parts = split_after(&[1]);
        let first = Source::read(&parts.first).unwrap();
        // Nothing of the first part calls the third function.
        assert_eq!(first.bodies.len(), 3);
        assert_eq!(
            first.entries,
            [
                Entry {
                    slot: 1,
                    function: 3
                },
                Entry {
                    slot: 2,
                    function: 2
                }
            ]
        );
        assert_eq!(first.tables.first().unwrap().initial, 3);
        assert_eq!(first.calls(2).unwrap(), [0], "a door asks for the rest");
    }

    #[test]
    fn a_module_that_cannot_ask_is_refused() {
        assert!(split(&Module::new().finish(), &BTreeSet::new()).is_err());
    }

    #[test]
    fn the_same_module_is_split_in_the_same_way() {
        let [one, other] = [split_after(&[1, 3]), split_after(&[1, 3])];
        assert_eq!((one.first, one.rest), (other.first, other.rest));
    }
}
