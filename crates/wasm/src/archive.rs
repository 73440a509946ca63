//! Reading a zip archive that anybody may have made.

use std::io::Read;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};
use retort_core::migration::SourceFile;

/// More files than any history has.
const MOST_FILES: usize = 5000;
/// More bytes than any set of migrations has, unpacked. What an archive says about its sizes is not believed: the bytes
/// are counted as they come.
const MOST_BYTES: u64 = 96 * 1024 * 1024;

/// The SQL and Python files of an archive, and a `retort.toml`.
///
/// # Errors
/// Why the archive is refused, for a person.
pub fn unpack(bytes: &[u8]) -> Result<Vec<SourceFile>, String> {
    let archive = ZipArchive::from_slice(bytes)
        .map_err(|error| format!("This is no readable zip archive: {error}."))?;
    let mut files = Vec::new();
    let mut room = MOST_BYTES;
    let mut entries = archive.entries();
    loop {
        let entry = entries
            .next_entry()
            .map_err(|error| format!("The archive's table of contents is damaged: {error}."))?;
        let Some(entry) = entry else { break };
        let Some(path) = wanted(entry.file_path().as_bytes()) else {
            continue;
        };
        if files.len() == MOST_FILES {
            return Err(format!("The archive holds more than {MOST_FILES} files."));
        }
        let method = entry.compression_method();
        let content = content(&archive, entry.wayfinder(), method, room)
            .map_err(|error| format!("{path}: {error}"))?;
        room -= content.len() as u64;
        let file = SourceFile::from_bytes(&path, &content)
            .map_err(|problem| format!("{path}: {}", problem.message))?;
        files.push(file);
    }
    if files.is_empty() {
        return Err("The archive holds no SQL and no Python file.".to_owned());
    }
    Ok(files)
}

fn content(
    archive: &ZipSliceArchive<&[u8]>,
    place: rawzip::ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    room: u64,
) -> Result<Vec<u8>, String> {
    let damaged = |error: &dyn std::fmt::Display| format!("the archive is damaged here: {error}.");
    let entry = archive.get_entry(place).map_err(|error| damaged(&error))?;
    let packed = entry.data();
    let mut reader: Box<dyn Read> = match method {
        CompressionMethod::STORE => Box::new(packed),
        CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(packed)),
        _ => return Err(
            "it is packed or encrypted in a way that is not supported. Pack it as an ordinary zip."
                .to_owned(),
        ),
    };
    let mut content = Vec::new();
    let mut limited = entry.verifying_reader(&mut reader).take(room + 1);
    limited
        .read_to_end(&mut content)
        .map_err(|error| damaged(&error))?;
    if content.len() as u64 > room {
        let megabytes = MOST_BYTES / 1024 / 1024;
        return Err(format!(
            "the archive unpacks to more than {megabytes} MB, which no set of migrations does. It was not opened."
        ));
    }
    Ok(content)
}

/// The path without what could lead out of the archive; none for files that do not matter.
fn wanted(path: &[u8]) -> Option<String> {
    let path = String::from_utf8_lossy(path).replace('\\', "/");
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    let passed_over =
        |part: &&str| part.starts_with('.') || matches!(*part, "__MACOSX" | "__pycache__");
    if path.ends_with('/') || parts.iter().any(passed_over) {
        return None;
    }
    let name = parts.last()?;
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let matters = *name == "retort.toml"
        || extension
            .is_some_and(|extension| matches!(extension.as_str(), "py" | "sql" | "ddl" | "psql"));
    matters.then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::DeflateEncoder};
    use rawzip::ZipArchiveWriter;

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut archive = ZipArchiveWriter::new(&mut out);
        for (path, content) in files {
            let (mut entry, config) = archive
                .new_file(rawzip::path::EntryPath::verbatim(path.as_bytes()))
                .compression_method(CompressionMethod::DEFLATE)
                .start()
                .unwrap();
            let mut data = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
            data.write_all(content).unwrap();
            let (encoder, descriptor) = data.finish().unwrap();
            encoder.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap();
        out
    }

    fn paths(files: &[(&str, &[u8])]) -> Vec<String> {
        let files = unpack(&packed(files)).unwrap();
        files
            .into_iter()
            .map(|file| file.path.to_string())
            .collect()
    }

    #[test]
    fn only_what_may_be_a_migration_comes_out() {
        let archive: [(&str, &[u8]); 5] = [
            ("db/001_shelf.sql", b"SELECT 1;"),
            ("db/readme.md", b"no"),
            ("__MACOSX/db/001_shelf.sql", b"no"),
            ("db/.hidden/x.sql", b"no"),
            ("retort.toml", b"postgres = 16"),
        ];
        assert_eq!(paths(&archive), ["db/001_shelf.sql", "retort.toml"]);
    }

    #[test]
    fn no_path_leads_out_of_the_archive() {
        assert_eq!(
            paths(&[("../../etc/a.sql", b"x"), ("/b\\..\\c.sql", b"y")]),
            ["etc/a.sql", "b/c.sql"]
        );
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let files = unpack(&packed(&[("a.sql", "SELECT 'é';".as_bytes())])).unwrap();
        assert_eq!(
            files.first().map(|file| file.text.as_ref()),
            Some("SELECT 'é';")
        );
    }

    #[test]
    fn a_bomb_is_refused_however_small_it_is() {
        let zeros = vec![b' '; MOST_BYTES as usize + 1];
        let bomb = packed(&[("bomb.sql", &zeros)]);
        assert!(bomb.len() < 1_000_000);
        assert!(unpack(&bomb).unwrap_err().contains("more than 96 MB"));
    }

    #[test]
    fn what_is_no_archive_is_said_to_be_none() {
        for bytes in [&b"PK\x03\x04"[..], b"", b"hello"] {
            assert!(unpack(bytes).is_err());
        }
        let mut damaged = packed(&[("a.sql", b"SELECT 1, 2, 3, 4, 5;")]);
        for byte in damaged.iter_mut().skip(36).take(6) {
            *byte ^= 0xff;
        }
        assert!(unpack(&damaged).is_err());
    }
}
