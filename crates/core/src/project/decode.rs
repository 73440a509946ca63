//! Bytes of a file to text.

use super::{InputProblem, ProblemKind};
use crate::migration::SourceFile;
use crate::text::Span;

impl SourceFile {
    /// Decodes a file: UTF-8, or UTF-16 with a byte order mark. A mark is no part of the text.
    ///
    /// # Errors
    /// An [`InputProblem`] if it is binary or in another encoding, with the place where that shows.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self, InputProblem> {
        let text = match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => utf8(path, rest)?,
            [0xff, 0xfe, rest @ ..] => utf16(path, rest, u16::from_le_bytes)?,
            [0xfe, 0xff, rest @ ..] => utf16(path, rest, u16::from_be_bytes)?,
            _ => utf8(path, bytes)?,
        };
        Ok(Self {
            path: path.into(),
            text: text.into(),
        })
    }
}

fn utf8(path: &str, bytes: &[u8]) -> Result<String, InputProblem> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let message =
            "This file is binary: it holds a zero byte. Give the SQL or Python source instead.";
        return Err(problem(
            path,
            Span::new(at, at + 1),
            ProblemKind::Binary,
            message,
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let at = error.valid_up_to();
            let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
            let message = format!(
                "Line {line} is not valid UTF-8. Save the file as UTF-8 and give it again."
            );
            let length = error.error_len().unwrap_or(1);
            Err(problem(
                path,
                Span::new(at, at + length),
                ProblemKind::Encoding,
                &message,
            ))
        }
    }
}

fn utf16(path: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InputProblem> {
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| match pair {
            [first, second] => unit([*first, *second]),
            // Half a unit at the end is no text: an unpaired surrogate says so to the decoder.
            _ => 0xd800,
        })
        .collect();
    String::from_utf16(&units).map_err(|_| {
        let message = "This file starts like UTF-16 but is not valid UTF-16. Save it as UTF-8 and give it again.";
        problem(path, Span::default(), ProblemKind::Encoding, message)
    })
}

fn problem(path: &str, span: Span, kind: ProblemKind, message: &str) -> InputProblem {
    InputProblem {
        file: path.to_owned(),
        span,
        kind,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_decoded_or_refused_with_the_place() {
        let text = |bytes: &[u8]| SourceFile::from_bytes("a.sql", bytes).map(|file| file.text);
        assert_eq!(text(b"x\r\n"), Ok("x\r\n".into()));
        assert_eq!(text(b"\xef\xbb\xbfx"), Ok("x".into()));
        assert_eq!(text(b"\xff\xfex\0\xe9\0"), Ok("xé".into()));
        assert_eq!(text(b"\xfe\xff\0x"), Ok("x".into()));
        assert_eq!(text(b""), Ok("".into()));
        let refused = |bytes: &[u8]| text(bytes).map_err(|problem| (problem.kind, problem.span));
        assert_eq!(refused(b"a\0"), Err((ProblemKind::Binary, Span::new(1, 2))));
        assert_eq!(
            refused(b"ab\xe9c"),
            Err((ProblemKind::Encoding, Span::new(2, 3)))
        );
        assert_eq!(
            refused(b"\xff\xfe\x00\xd8"),
            Err((ProblemKind::Encoding, Span::default()))
        );
        assert_eq!(
            refused(b"\xff\xfex"),
            Err((ProblemKind::Encoding, Span::default()))
        );
    }
}
