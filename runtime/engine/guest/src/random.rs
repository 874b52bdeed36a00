//! `Math.random` from the run's own seed; it is for scripts, not for secrets.

use std::cell::Cell;

use boa_engine::object::FunctionObjectBuilder;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsResult, JsValue, NativeFunction, js_string};

use crate::run::Run;

/// xoshiro256++ (Blackman and Vigna, 2019).
#[derive(Default)]
pub(crate) struct Random(Cell<[u64; 4]>);

impl Random {
    /// Fills the state from one number by splitmix64, as its authors advise.
    pub(crate) fn seed(&self, mut seed: u64) {
        self.0.set(std::array::from_fn(|_| splitmix(&mut seed)));
    }

    /// The next number, evenly from 0 to below 1.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
    fn next(&self) -> f64 {
        let [mut a, mut b, mut c, mut d] = self.0.get();
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        self.0.set([a, b, c, d.rotate_left(45)]);
        (drawn >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Puts our `Math.random` in the place of the engine's.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let random = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(random))
        .name(js_string!("random"))
        .length(0)
        .constructor(false)
        .build();
    let math = context.global_object().get(js_string!("Math"), context)?.to_object(context)?;
    let property = PropertyDescriptor::builder().value(random).writable(true).enumerable(false).configurable(true);
    math.define_property_or_throw(js_string!("random"), property, context)?;
    Ok(())
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn random(_this: &JsValue, _arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Ok(Run::of(context).random.next().into())
}
