//! Splits a WebAssembly module in two: what ordinary reviews run, and the rest, which is loaded when it is first called.
//!
//! The first part holds all data, the table of functions and the memory. Where it would call a function of the rest, it
//! calls through a slot of the table. At first the slot holds a small function that asks for the rest and then calls
//! the slot again; the rest, when it is instantiated, puts its own functions into the slots.

mod data;
mod layout;
mod linked;
mod parts;
mod source;
mod trace;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use layout::Layout;
use linked::Linked;
use source::Source;

use crate::project::Project;
use crate::{Failure, shell};

/// A module that wasm-bindgen wrote as `NAME_bg.wasm` into a folder, with its script `NAME.js`.
pub struct Module<'a> {
    pub folder: &'a Path,
    pub name: &'a str,
    /// The module as the linker made it, with its relocations.
    pub linked: &'a Path,
    pub ordinary: Ordinary,
}

/// What the functions of the first part are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordinary {
    /// Reviews of our own examples: what at least so many of them run.
    Core { often: u32 },
    /// What the page does until a review is shown.
    Page,
}

impl Ordinary {
    /// The script, and what it is told. Given the module's script and a variant that notes what ran, it does what is ordinary
    /// and tells the functions.
    fn program(self) -> (&'static str, String) {
        match self {
            Self::Core { often } => ("web/ordinary/core.mjs", often.to_string()),
            Self::Page => ("web/ordinary/page.mjs", String::new()),
        }
    }
}

/// Splits a module where it lies: it becomes the first part, and `NAME_rest.wasm` the rest.
pub fn split_in(project: &Project, module: &Module) -> Result<(), Failure> {
    let Module {
        folder,
        name,
        linked,
        ordinary,
    } = module;
    let path = folder.join(format!("{name}_bg.wasm"));
    let module = fs::read(&path)?;
    let traced = project.target().join(format!("{name}_traced.wasm"));
    fs::write(&traced, trace::traced(&module)?)?;
    let mut node = shell::command(project, "node");
    let (script, told) = ordinary.program();
    node.arg(script)
        .arg(folder.join(format!("{name}.js")))
        .arg(&traced)
        .arg(told);
    let used: Vec<u32> = serde_json::from_str(&shell::output(&mut node)?)?;
    fs::remove_file(traced)?;
    // For the tests, which compare.
    fs::write(project.target().join(format!("{name}_whole.wasm")), &module)?;
    let linked = fs::read(linked)?;
    let linked = Linked::read(&linked)?;
    let parts = split(&module, &linked, &used.into_iter().collect())?;
    fs::write(path, parts.first)?;
    fs::write(folder.join(format!("{name}_rest.wasm")), parts.rest)?;
    Ok(())
}

/// The scripts whose only import asks for the rest.
const LOADERS: [&str; 2] = ["./rest.js", "./page-rest.js"];

/// What such a script is asked.
const LOAD: &str = "loadRest";

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
fn split(module: &[u8], linked: &Linked, used: &BTreeSet<u32>) -> Result<Parts, Failure> {
    let source = Source::read(module)?;
    let layout = Layout::plan(&source, used)?;
    let moved = linked.only_of(&layout.names_of_rest(&source));
    let data = data::divide(&source.data, &moved)?;
    Ok(Parts {
        first: parts::first(&source, &layout, &data.first)?,
        rest: parts::rest(&source, &layout, &data.rest)?,
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
        imports.import(LOADERS[0], LOAD, EntityType::Function(0));
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
        split(
            &module(),
            &Linked::default(),
            &used.iter().copied().collect(),
        )
        .unwrap()
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
                    function: 2
                },
                Entry {
                    slot: 2,
                    function: 3
                }
            ]
        );
        assert_eq!(first.tables.first().unwrap().initial, 3);
        assert_eq!(first.calls(2).unwrap(), [0], "a door asks for the rest");
    }

    #[test]
    fn a_module_that_cannot_ask_is_refused() {
        let nothing = Module::new().finish();
        assert!(split(&nothing, &Linked::default(), &BTreeSet::new()).is_err());
    }

    #[test]
    fn the_same_module_is_split_in_the_same_way() {
        let [one, other] = [split_after(&[1, 3]), split_after(&[1, 3])];
        assert_eq!((one.first, one.rest), (other.first, other.rest));
    }
}
