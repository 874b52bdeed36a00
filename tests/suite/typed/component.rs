//! Components that import typed functions, built from the WIT text that callbox prints: a core module in text form, its
//! memory laid out by the canonical ABI, wrapped by wit-component.

use callbox::ComponentSource;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{
    Function, Int, LiftLowerAbi, ManglingAndAbi, Resolve, SizeAlign, Type, TypeDefKind, WasmExport, WasmExportKind,
    WasmImport, WorldId, WorldItem, WorldKey,
    abi::{AbiVariant, WasmType},
};

const CONTRACT: &str = include_str!("../../../guest-sdk/wit/script.wit");
const ABI: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

/// An imported function, called `$f` plus its index in the module's text.
pub(crate) struct Imported {
    pub(crate) function: String,
    pub(crate) place: usize,
    /// Offset of the value in the result, and length of the whole result, bytes.
    pub(crate) value_at: usize,
    pub(crate) result_bytes: usize,
    declaration: String,
}

/// Builds a component of the world `with-tools` that imports all of `wit`. `run` is the body of its function, which
/// returns the address of a `result<json, error>`; the one at 16 is `null`. `$realloc` allocates memory, and `$heap` is
/// where free memory begins.
pub(crate) fn component(
    wit: &str,
    run: impl FnOnce(&[Imported]) -> String,
) -> Result<ComponentSource, Box<dyn std::error::Error>> {
    let mut resolve = Resolve::default();
    resolve.push_str("script.wit", CONTRACT)?;
    let package = resolve.push_str("tools.wit", wit)?;
    let world = resolve.select_world(&[package], Some("with-tools"))?;
    let imported = imported(&resolve, world)?;
    let declarations: String = imported.iter().map(|one| one.declaration.as_str()).collect();
    let text = MODULE
        .replace("IMPORTS", &declarations)
        .replace("EXPORT", &export(&resolve, world)?)
        .replace("RUN", &run(&imported));
    let mut module = wat::parse_str(text)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    Ok(ComponentSource::new(ComponentEncoder::default().module(&module)?.validate(true).encode()?))
}

const MODULE: &str = r#"(module
IMPORTS
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 1024))
  (data (i32.const 16) "\00\00\00\00\40\00\00\00\04\00\00\00")
  (data (i32.const 64) "null")
  (func $realloc (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $heap (i32.add (local.get $at) (local.get $bytes)))
    (if (i32.gt_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.shr_u (local.get $bytes) (i32.const 16)) (i32.const 1))))))
    (memory.copy (local.get $at) (local.get $old) (local.get $had))
    (local.get $at))
  (func (export "EXPORT") (param i32 i32) (result i32) (local $result i32) (local $left i32)
    RUN)
)"#;

fn imported(resolve: &Resolve, world: WorldId) -> Result<Vec<Imported>, Box<dyn std::error::Error>> {
    let mut sizes = SizeAlign::default();
    sizes.fill(resolve);
    let mut imported = Vec::new();
    for (key, item) in &resolve.worlds[world].imports {
        let WorldItem::Interface { id, .. } = item else { continue };
        let package = resolve.interfaces[*id].package.map(|package| resolve.packages[package].name.name.as_str());
        if package != Some("tools") || !resolve.name_world_key(key).starts_with("callbox:tools/") {
            continue;
        }
        for function in resolve.interfaces[*id].functions.values() {
            imported.push(one(resolve, &sizes, key, function, imported.len())?);
        }
    }
    Ok(imported)
}

fn one(
    resolve: &Resolve,
    sizes: &SizeAlign,
    key: &WorldKey,
    function: &Function,
    place: usize,
) -> Result<Imported, Box<dyn std::error::Error>> {
    let (module, name) = resolve.wasm_import_name(ABI, WasmImport::Func { interface: Some(key), func: function });
    let signature = resolve.wasm_signature(AbiVariant::GuestImport, function);
    let types = |word: &str, types: &[WasmType]| {
        types.iter().map(|ty| format!(" ({word} {})", core_type(*ty))).collect::<String>()
    };
    let (parameters, results) = (types("param", &signature.params), types("result", &signature.results));
    let ty = function.result.ok_or("no result")?;
    let Type::Id(id) = ty else { return Err("no result type".into()) };
    let TypeDefKind::Result(result) = &resolve.types[id].kind else { return Err("no result".into()) };
    let value_at = sizes.payload_offset(Int::U8, [result.ok.as_ref(), result.err.as_ref()]).size_wasm32();
    Ok(Imported {
        function: function.name.clone(),
        place,
        value_at,
        result_bytes: sizes.size(&ty).size_wasm32(),
        declaration: format!("  (import {module:?} {name:?} (func $f{place}{parameters}{results}))\n"),
    })
}

fn core_type(ty: WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}

fn export(resolve: &Resolve, world: WorldId) -> Result<String, Box<dyn std::error::Error>> {
    let run = resolve.worlds[world].exports.values().find_map(|item| match item {
        WorldItem::Function(function) => Some(function),
        _ => None,
    });
    let func = run.ok_or("no export")?;
    Ok(resolve.wasm_export_name(ABI, WasmExport::Func { interface: None, func, kind: WasmExportKind::Normal }))
}

/// The body of a `run` that does nothing.
pub(crate) fn nothing(_: &[Imported]) -> String {
    "(i32.const 16)".to_owned()
}

/// The body of a `run` that repeatedly passes the result of each function `get` to the function `put` after it, unless
/// it failed. Arguments of `put` must be larger than a call's parameters can hold.
pub(crate) fn echo(imported: &[Imported], times: usize) -> String {
    let find = |name: &str| imported.iter().find(|one| one.function == name).map(|one| one.place);
    let pair = |get: &Imported| {
        let put = find(&get.function.replacen("get", "put", 1)).expect("a function for what was got");
        format!(
            "(global.set $heap (i32.const 1024))
             (local.set $result (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const {bytes})))
             (call $f{get} (local.get $result))
             (if (i32.eqz (i32.load8_u (local.get $result))) (then
               (call $f{put} (i32.add (local.get $result) (i32.const {value_at}))
                 (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 64)))))\n",
            bytes = get.result_bytes,
            get = get.place,
            value_at = get.value_at,
        )
    };
    let pairs: String = imported.iter().filter(|one| one.function.starts_with("get")).map(pair).collect();
    format!(
        "(local.set $left (i32.const {times}))
         (loop $again {pairs}
           (local.set $left (i32.sub (local.get $left) (i32.const 1)))
           (br_if $again (local.get $left)))
         (i32.const 16)"
    )
}
