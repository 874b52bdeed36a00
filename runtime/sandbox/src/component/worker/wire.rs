//! The protocol between the two processes. The parent sends a key with its order and accepts only an answer whose MAC
//! was made with that key: no other process has it.

use std::io::{self, Read, Write};

use hmac::Mac;

use crate::{
    component::cache::{KEY_BYTES, Verified, mac},
    diagnostic::Diagnostic,
};

/// The name that goes into the MAC of an answer.
const NAME: &str = "answer";
const COMPILED: u8 = 1;
const REFUSED: u8 = 2;
/// Largest component accepted, bytes; the run's own limit is checked earlier.
const SOURCE_BYTES_MAX: u64 = 1 << 30;

/// The bounds of the compile process.
pub(super) struct Order {
    key: [u8; KEY_BYTES],
    pub(super) memory_bytes_max: u64,
    pub(super) cpu_s_max: u64,
}

/// The answer of the compile process.
pub(super) enum Answer {
    Compiled(Verified),
    Refused(Diagnostic),
}

impl Order {
    /// Creates an order with a fresh key. Each thread may take the whole time.
    pub(super) fn new(memory_bytes_max: u64, ms_max: u64, threads: usize) -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let cpu_s_max = (ms_max / 1_000).saturating_add(1).saturating_mul(threads as u64);
        Ok(Self { key, memory_bytes_max, cpu_s_max })
    }

    /// Returns the bytes sent before the component.
    pub(super) fn head(&self, source_bytes: usize) -> Vec<u8> {
        let numbers = [self.memory_bytes_max, self.cpu_s_max, source_bytes as u64];
        [self.key.as_slice(), numbers.map(u64::to_le_bytes).as_flattened()].concat()
    }

    /// Reads the order and the component.
    pub(super) fn read(from: &mut impl Read) -> io::Result<(Self, Vec<u8>)> {
        let mut key = [0; KEY_BYTES];
        from.read_exact(&mut key)?;
        let mut number = || {
            let mut bytes = [0; 8];
            from.read_exact(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        };
        let memory_bytes_max = number()?;
        let cpu_s_max = number()?;
        let source_bytes = number()?;
        let mut source = Vec::new();
        from.take(source_bytes.min(SOURCE_BYTES_MAX)).read_to_end(&mut source)?;
        if source.len() as u64 != source_bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((Self { key, memory_bytes_max, cpu_s_max }, source))
    }
}

/// Writes the answer.
pub(super) fn write(to: &mut impl Write, order: &Order, made: Result<Vec<u8>, Diagnostic>) -> io::Result<()> {
    let (kind, body) = match made {
        Ok(artefact) => (COMPILED, artefact),
        Err(diagnostic) => (REFUSED, serde_json::to_vec(&diagnostic)?),
    };
    let body = [&[kind], body.as_slice()].concat();
    to.write_all(&mac(&order.key, NAME, &body)?.finalize().into_bytes())?;
    to.write_all(&body)?;
    to.flush()
}

/// Reads the answer.
pub(super) fn answer(order: &Order, bytes: Vec<u8>) -> io::Result<Answer> {
    let answer = Verified::read(&order.key, NAME, bytes)?;
    match answer.bytes().first() {
        Some(&COMPILED) => Ok(Answer::Compiled(answer.without_first())),
        Some(&REFUSED) => Ok(Answer::Refused(serde_json::from_slice(answer.without_first().bytes())?)),
        _ => Err(io::Error::other("the answer is of an unknown kind")),
    }
}
