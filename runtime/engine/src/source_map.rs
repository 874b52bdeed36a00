//! A compact source map from the compiled JavaScript to the author's text.
//!
//! A mapping is four variable-length integers: generated line and column, author's line and column, each as the
//! difference from the previous mapping; on a new line, the generated column counts from 0. Differences that may be
//! negative are zigzag-encoded.

/// A generated place and the author's. Lines and columns count from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping {
    /// Generated line.
    pub line: u32,
    /// Generated column.
    pub column: u32,
    /// The author's line.
    pub author_line: u32,
    /// The author's column.
    pub author_column: u32,
}

const NONE: Mapping = Mapping { line: 0, column: 0, author_line: 0, author_column: 0 };

/// Encodes mappings that are sorted by generated place.
pub fn pack(mappings: impl IntoIterator<Item = Mapping>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = NONE;
    for mapping in mappings {
        let lines = mapping.line.wrapping_sub(before.line);
        let column = if lines == 0 { before.column } else { 0 };
        write(lines, &mut out);
        write(mapping.column.wrapping_sub(column), &mut out);
        write(zigzag(mapping.author_line, before.author_line), &mut out);
        write(zigzag(mapping.author_column, before.author_column), &mut out);
        before = mapping;
    }
    out
}

/// Decodes packed mappings, up to the first incomplete one.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Vec<Mapping> {
    let mut rest = bytes.iter();
    let mut mappings = Vec::new();
    let mut before = NONE;
    while let Some(mapping) = next(&mut rest, before) {
        mappings.push(mapping);
        before = mapping;
    }
    mappings
}

fn next(rest: &mut std::slice::Iter<'_, u8>, before: Mapping) -> Option<Mapping> {
    let lines = read(rest)?;
    let column = if lines == 0 { before.column } else { 0 };
    Some(Mapping {
        line: before.line.wrapping_add(lines),
        column: column.wrapping_add(read(rest)?),
        author_line: unzigzag(read(rest)?, before.author_line),
        author_column: unzigzag(read(rest)?, before.author_column),
    })
}

fn zigzag(value: u32, before: u32) -> u32 {
    let difference = value.wrapping_sub(before);
    (difference << 1) ^ if difference >> 31 == 1 { u32::MAX } else { 0 }
}

fn unzigzag(coded: u32, before: u32) -> u32 {
    let difference = (coded >> 1) ^ if coded & 1 == 1 { u32::MAX } else { 0 };
    before.wrapping_add(difference)
}

/// Writes seven bits per byte, lowest first; the eighth bit says that more follow.
fn write(mut value: u32, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn read(rest: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = u32::from(*rest.next()?);
        value |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_come_back_as_they_were() {
        let ends = [0, 1, 2, 63, 64, 127, 128, 16_384, u32::MAX - 1, u32::MAX];
        let mut mappings = Vec::new();
        for (line, column) in ends.iter().flat_map(|line| ends.iter().map(move |column| (*line, *column))) {
            for author in ends {
                mappings.push(Mapping { line, column, author_line: author, author_column: column });
                mappings.push(Mapping { line, column, author_line: column, author_column: author });
            }
        }
        assert_eq!(unpack(&pack(mappings.iter().copied())), mappings);
    }

    #[test]
    fn bytes_that_are_no_mappings_are_dropped() {
        assert_eq!(unpack(&[1, 2, 3]), []);
        assert_eq!(unpack(&[0xff; 20]), []);
    }
}
