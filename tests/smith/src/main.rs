//! `smith KIND SEED COUNT [FILE]` writes COUNT WebAssembly binaries to standard output, each preceded by its length
//! (four bytes, little-endian). The same seed gives the same binaries.
//!
//! - `components`: arbitrary components.
//! - `modules`: arbitrary core modules.
//! - `scripts`: core modules with arbitrary code and the imports and exports of the module in FILE.
//! - `mutants`: the module in FILE, mutated one to eight times.
//! - `wrecks`: FILE with one to three of its bytes or parts changed, removed, duplicated or moved.

use std::{
    env, fs,
    io::{self, Write},
};

use arbitrary::Unstructured;
use wasm_mutate::WasmMutate;
use wasm_smith::{Component, Config, Module};

/// Bytes of entropy for one binary; more make it larger.
const ENTROPY_BYTES_MAX: u64 = 6_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, seed, count, file @ ..] = arguments.as_slice() else { return Err("KIND SEED COUNT [FILE]".into()) };
    let file = file.first().map(fs::read).transpose()?.unwrap_or_default();
    let make: &dyn Fn(&mut Random) -> Option<Vec<u8>> = match kind.as_str() {
        "components" => &component,
        "modules" => &|random| module(random, Config::default()),
        "scripts" => &|random| module(random, script(&file)),
        "mutants" => &|random| mutant(random, &file),
        "wrecks" => &|random| Some(wreck(random, file.clone())),
        _ => return Err(format!("no kind `{kind}`").into()),
    };
    let (mut random, mut left) = (Random(seed.parse()?), count.parse::<usize>()?);
    let mut out = io::stdout().lock();
    while left > 0 {
        let Some(binary) = make(&mut random) else { continue };
        out.write_all(&u32::try_from(binary.len())?.to_le_bytes())?;
        out.write_all(&binary)?;
        left -= 1;
    }
    Ok(out.flush()?)
}

fn component(random: &mut Random) -> Option<Vec<u8>> {
    let entropy = random.entropy();
    Some(Component::new(Config::default(), &mut Unstructured::new(&entropy)).ok()?.to_bytes())
}

fn module(random: &mut Random, config: Config) -> Option<Vec<u8>> {
    let entropy = random.entropy();
    Some(Module::new(config, &mut Unstructured::new(&entropy)).ok()?.to_bytes())
}

/// Excludes whatever callbox rejects outright.
fn script(shape: &[u8]) -> Config {
    Config {
        module_shape: Some(shape.to_vec()),
        allow_start_export: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        ..Config::default()
    }
}

fn mutant(random: &mut Random, module: &[u8]) -> Option<Vec<u8>> {
    let mut module = module.to_vec();
    for _ in 0..=random.below(8) {
        let seed = random.next();
        let mut mutate = WasmMutate::default();
        mutate.seed(seed).fuel(1_000).preserve_semantics(false);
        let changed = mutate.run(&module).ok()?.find_map(Result::ok)?;
        module = changed;
    }
    Some(module)
}

/// Maximum length of a part, bytes.
const PART_BYTES_MAX: usize = 64;

fn wreck(random: &mut Random, mut binary: Vec<u8>) -> Vec<u8> {
    for _ in 0..=random.below(3) {
        if binary.is_empty() {
            break;
        }
        let at = random.below(binary.len());
        let end = (at + 1 + random.below(PART_BYTES_MAX)).min(binary.len());
        let to = random.below(binary.len());
        match random.below(12) {
            0..=4 => binary[at] ^= 1 << random.below(8),
            5..=7 => binary[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
            8 => drop(binary.drain(at..end)),
            9 => binary.extend_from_within(at..end),
            10 => drop(binary.splice(to..to, binary[at..end].to_vec())),
            _ => binary.truncate(at),
        }
    }
    binary
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    fn entropy(&mut self) -> Vec<u8> {
        let bytes = self.next() % ENTROPY_BYTES_MAX;
        (0..bytes.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).collect()
    }
}
