//! Measures, without recursion, how deeply types are nested in a component's bytes: whatever reads them afterwards
//! recurses once per level. Types that refer to others by index nest as well, but the validator counts those.

use wasmparser::{BinaryReader, BinaryReaderError, ComponentType, ComponentTypeDeclaration};

/// The first bytes of types that contain declarations, and of a declaration of a type.
const COMPONENT: u8 = 0x41;
const INSTANCE: u8 = 0x42;
const TYPE: u8 = 0x01;

/// Returns the nesting depth of a type section; stops looking one level past `max`.
pub(super) fn depth(section: &[u8], max: usize) -> Result<usize, BinaryReaderError> {
    let mut types = Types { section, reader: BinaryReader::new(section, 0) };
    let (mut deepest, mut left) = (0, vec![types.reader.read_var_u32()?]);
    while let Some(items) = left.last_mut() {
        let Some(fewer) = items.checked_sub(1) else {
            left.pop();
            continue;
        };
        *items = fewer;
        if let Some(declarations) = if left.len() == 1 { types.a_type()? } else { types.declaration()? } {
            deepest = deepest.max(left.len());
            if deepest > max {
                break;
            }
            left.push(declarations);
        }
    }
    Ok(deepest)
}

struct Types<'a> {
    section: &'a [u8],
    reader: BinaryReader<'a>,
}

impl Types<'_> {
    /// Reads a type; if it contains declarations, reads only their number.
    fn a_type(&mut self) -> Result<Option<u32>, BinaryReaderError> {
        if matches!(self.next(), Some(COMPONENT | INSTANCE)) {
            self.reader.read_u8()?;
            return self.reader.read_var_u32().map(Some);
        }
        self.reader.read::<ComponentType<'_>>().map(|_| None)
    }

    /// Reads a declaration inside a type in the same way.
    fn declaration(&mut self) -> Result<Option<u32>, BinaryReaderError> {
        if self.next() == Some(TYPE) {
            self.reader.read_u8()?;
            return self.a_type();
        }
        self.reader.read::<ComponentTypeDeclaration<'_>>().map(|_| None)
    }

    fn next(&self) -> Option<u8> {
        self.section.get(self.reader.original_position()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the depth of a section with these types, written in WAT.
    fn depth_of(types: &str) -> usize {
        let binary = wat::parse_str(format!("(component {types})")).expect("a component");
        let mut payloads = wasmparser::Parser::new(0).parse_all(&binary).flatten();
        let section = payloads.find_map(|payload| match payload {
            wasmparser::Payload::ComponentTypeSection(types) => Some(types.range()),
            _ => None,
        });
        depth(&binary[section.expect("a section of types")], 10).expect("it is well formed")
    }

    #[test]
    fn only_types_inside_of_types_are_levels() {
        assert_eq!(depth_of("(type (list u8)) (type (list 0)) (type (func (param \"a\" 1) (result 0)))"), 0);
        assert_eq!(depth_of("(type (component)) (type (instance))"), 1);
        let deep = r#"(type (component (type (list u8)) (import "i" (type (eq 0)))
            (type (instance (alias outer 1 0 (type)) (type (component)) (export "e" (func))))
            (export "f" (type (eq 0)))))"#;
        assert_eq!(depth_of(deep), 3);
    }

    #[test]
    fn no_stack_is_needed_however_deep_it_is() {
        let section = [[1].as_slice(), &[COMPONENT, 1, TYPE].repeat(1_000_000), &[COMPONENT, 0]].concat();
        assert_eq!(depth(&section, usize::MAX).expect("it is well formed"), 1_000_001);
        assert_eq!(depth(&section, 100).expect("it is well formed"), 101);
        assert!(depth(&section[..1_000], usize::MAX).is_err());
    }
}
