use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use retort_report::ExportedFile;

/// The files as one zip archive. The bytes depend on the files alone: no entry bears a date.
///
/// # Errors
/// The library's words, should a path be too long for the format.
pub fn archive(files: &[ExportedFile]) -> Result<Vec<u8>, String> {
    write(files).map_err(|error| error.to_string())
}

fn write(files: &[ExportedFile]) -> Result<Vec<u8>, rawzip::Error> {
    let mut archive = ZipArchiveWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let (mut entry, config) = archive
            .new_file(file.path.as_str())
            .compression_method(CompressionMethod::DEFLATE)
            .start()?;
        let mut data = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        data.write_all(file.text.as_bytes())?;
        let (encoder, descriptor) = data.finish()?;
        encoder.finish()?;
        entry.finish(descriptor)?;
    }
    Ok(archive.finish()?.into_inner())
}
