//! Between the engine's messages and the terms of a run.

use callbox_engine::frames;

use crate::{
    json_shape::JsonShape,
    run::{
        failure::Failure,
        ledger::{Answered, Booking, Callee},
        payload::{Form, Payload},
    },
};

impl From<frames::Call> for Booking {
    fn from(call: frames::Call) -> Self {
        let (callee, values) = (callee(&call), JsonShape::of(&call.arguments).values);
        Self { id: call.id, callee, arguments: Payload::Text(call.arguments), copy: None, values, form: Form::Text }
    }
}

fn callee(call: &frames::Call) -> Callee {
    match call.server {
        frames::HOST_FUNCTIONS => Callee::Function(call.tool as usize),
        server => Callee::Tool(server as usize, call.tool as usize),
    }
}

impl From<Answered> for frames::Settled {
    fn from(answered: Answered) -> Self {
        Self { id: answered.id, result: answered.result.map(|payload| payload.into_text().into()).map_err(Into::into) }
    }
}

impl From<Failure> for frames::Failure {
    fn from(failure: Failure) -> Self {
        let Failure { code, tool, message, retryable, data } = failure;
        Self { code, tool, message, retryable, data }
    }
}
