//! A module that notes which of its functions ran.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, Instruction,
    Module, ValType,
};
use wasmparser::{ExportSectionReader, FunctionBody, GlobalSectionReader, Parser};

use super::source::Source;
use crate::Failure;

/// The same module, with an exported global for each defined function, which is set to 1 once the function was called.
/// The globals are named `ran0`, `ran1`, … by the functions' indices.
pub fn traced(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let source = Source::read(module)?;
    let mut tracer = Tracer {
        first_function: source.imported,
        functions: u32::try_from(source.bodies.len())?,
        first_global: u32::try_from(source.globals.len())?,
        next: u32::try_from(source.globals.len())?,
    };
    let mut written = Module::new();
    tracer.parse_core_module(&mut written, Parser::new(0), module)?;
    Ok(written.finish())
}

struct Tracer {
    first_function: u32,
    functions: u32,
    first_global: u32,
    /// The global of the function that is written next.
    next: u32,
}

impl Reencode for Tracer {
    type Error = Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_global_section(self, globals, section)?;
        let flag = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        for _ in 0..self.functions {
            globals.global(flag, &ConstExpr::i32_const(0));
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_export_section(self, exports, section)?;
        for at in 0..self.functions {
            let name = format!("ran{}", self.first_function + at);
            exports.export(&name, ExportKind::Global, self.first_global + at);
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        function.instruction(&Instruction::I32Const(1));
        function.instruction(&Instruction::GlobalSet(self.next));
        self.next += 1;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            function.instruction(&self.parse_instruction(&mut reader)?);
        }
        code.function(&function);
        Ok(())
    }
}
