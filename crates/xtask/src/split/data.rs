//! Which data goes where.

use std::ops::Range;

use super::source::Segment;
use crate::Failure;

/// A segment of data costs about so many bytes beside what it holds: less is not moved.
const LEAST: u32 = 16;

/// The data of both parts.
pub struct Divided<'a> {
    pub first: Vec<Segment<'a>>,
    pub rest: Vec<Segment<'a>>,
}

/// Divides `segments`: what lies in `moved`, which is in order and apart, goes to the rest.
///
/// # Errors
/// Fails where `moved` names memory that no segment fills.
pub fn divide<'a>(segments: &[Segment<'a>], moved: &[Range<u32>]) -> Result<Divided<'a>, Failure> {
    let mut divided = Divided {
        first: Vec::new(),
        rest: Vec::new(),
    };
    for segment in segments {
        let end = segment.memory + u32::try_from(segment.bytes.len())?;
        let mut at = segment.memory;
        for range in joined(moved) {
            if range.start < segment.memory || range.start >= end || range.len() < LEAST as usize {
                continue;
            }
            divided.first.extend(segment.part(at..range.start)?);
            divided.rest.extend(segment.part(range.clone())?);
            at = range.end;
        }
        divided.first.extend(segment.part(at..end)?);
    }
    Ok(divided)
}

/// Ranges that touch as one.
fn joined(ranges: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => joined.push(range.clone()),
        }
    }
    joined
}

impl<'a> Segment<'a> {
    /// What lies in a range of memory; nothing of an empty one.
    fn part(&self, range: Range<u32>) -> Result<Option<Segment<'a>>, Failure> {
        let begin = range.start.checked_sub(self.memory).map(|at| at as usize);
        let bytes = begin.and_then(|begin| self.bytes.get(begin..begin + range.len()));
        let bytes = bytes.ok_or("data outside its segment")?;
        Ok((!bytes.is_empty()).then_some(Segment {
            memory: range.start,
            bytes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_leaves_a_gap_unless_it_is_small() {
        let bytes: Vec<u8> = (100..164).collect();
        let segment = Segment {
            memory: 100,
            bytes: &bytes,
        };
        let moved = [110..120, 120..134, 150..152];
        let divided = divide(&[segment], &moved).unwrap();
        let places = |segments: &[Segment]| -> Vec<(u32, u8, usize)> {
            let place = |segment: &Segment| (segment.memory, segment.bytes[0], segment.bytes.len());
            segments.iter().map(place).collect()
        };
        assert_eq!(places(&divided.first), [(100, 100, 10), (134, 134, 30)]);
        assert_eq!(places(&divided.rest), [(110, 110, 24)]);
    }

    #[test]
    fn what_reaches_beyond_its_segment_is_refused() {
        let segment = Segment {
            memory: 0,
            bytes: &[0; 32],
        };
        let over_the_end = 10..40;
        assert!(divide(&[segment], &[over_the_end]).is_err());
    }
}
