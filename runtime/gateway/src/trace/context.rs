//! The trace context of a request: W3C Trace Context and Baggage, checked and bounded. It comes from third parties, so
//! malformed or oversize parts are dropped and never cause an error.
//!
//! The propagators of `opentelemetry_sdk` would do part of it: they write a header anew where this passes it on, do not
//! bound baggage, and link the SDK into gateways that send no traces.

use std::borrow::Cow;

use callbox_mcp::TraceHeaders;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// Length of a `traceparent` of version 00.
const TRACEPARENT_BYTES: usize = 55;
/// Future versions may be longer, but start the same way.
const TRACEPARENT_BYTES_MAX: usize = 256;
/// The sizes that W3C Trace Context requires everyone to propagate.
const TRACESTATE_BYTES_MAX: usize = 512;
const TRACESTATE_MEMBERS_MAX: usize = 32;
/// The sizes that W3C Baggage requires everyone to propagate.
const BAGGAGE_BYTES_MAX: usize = 8192;
const BAGGAGE_MEMBERS_MAX: usize = 64;

/// The trace context of a request. By default there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceContext {
    parent: Option<Parent>,
    baggage: Option<String>,
}

/// A valid `traceparent` with its `tracestate`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parent {
    traceparent: String,
    tracestate: Option<String>,
    span: SpanContext,
}

impl TraceContext {
    /// Reads `traceparent` and `tracestate` through `get`, each at most as long as the W3C requires everyone to
    /// propagate (55 and 512 bytes); longer or malformed ones are dropped.
    ///
    /// ```
    /// use callbox_gateway::TraceContext;
    ///
    /// let parent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
    /// let context = TraceContext::read(|name| (name == "traceparent").then(|| parent.into()));
    /// assert_ne!(context, TraceContext::default());
    /// assert_eq!(TraceContext::read(|_| Some("nonsense".into())), TraceContext::default());
    /// ```
    pub fn read<'a>(get: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let parent = get("traceparent").and_then(|text| Parent::read(&text, get("tracestate").as_deref()));
        Self { parent, baggage: None }
    }

    /// Also reads `baggage` through `get`, at most 8,192 bytes. Programs put their users' identities into it, and every
    /// server that a run calls gets it: read it only if all of them may know.
    pub fn read_with_baggage<'a>(get: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let baggage = get("baggage").filter(|text| is_baggage(text)).map(Cow::into_owned);
        Self { baggage, ..Self::read(get) }
    }

    /// Fills what is missing from `fallback`. Parent and state come from the same source.
    #[must_use]
    pub fn or(self, fallback: Self) -> Self {
        Self { parent: self.parent.or(fallback.parent), baggage: self.baggage.or(fallback.baggage) }
    }

    /// Returns the span that sent the request.
    pub(super) fn span_context(&self) -> Option<SpanContext> {
        self.parent.as_ref().map(|parent| parent.span.clone())
    }

    /// Returns the context to pass on below `span`.
    pub(super) fn child(&self, span: &SpanContext) -> Self {
        let flags = span.trace_flags();
        let traceparent = format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id());
        let tracestate = Some(span.trace_state().header()).filter(|state| !state.is_empty());
        let parent = Parent { traceparent, tracestate, span: span.clone() };
        Self { parent: Some(parent), baggage: self.baggage.clone() }
    }

    /// The values to send.
    pub(super) fn headers(&self) -> TraceHeaders {
        TraceHeaders {
            traceparent: self.parent.as_ref().map(|parent| parent.traceparent.clone()),
            tracestate: self.parent.as_ref().and_then(|parent| parent.tracestate.clone()),
            baggage: self.baggage.clone(),
        }
    }
}

impl Parent {
    fn read(traceparent: &str, tracestate: Option<&str>) -> Option<Self> {
        let (traceparent, trace_id, span_id, flags) = parsed(traceparent)?;
        let state = tracestate.and_then(|text| Some((text, trace_state(text)?)));
        let (tracestate, state) =
            state.map_or((None, TraceState::NONE), |(text, state)| (Some(text.to_owned()), state));
        let span = SpanContext::new(trace_id, span_id, flags, true, state);
        Some(Self { traceparent, tracestate, span })
    }
}

/// Parses `version-traceid-spanid-flags`. For future versions, the known part is taken as version 00.
fn parsed(text: &str) -> Option<(String, TraceId, SpanId, TraceFlags)> {
    let is_known = text.len() == TRACEPARENT_BYTES;
    let is_later = text.len() <= TRACEPARENT_BYTES_MAX && !text.starts_with("00") && text.get(55..56) == Some("-");
    if !is_known && !is_later {
        return None;
    }
    let mut parts = text.get(..TRACEPARENT_BYTES)?.split('-');
    let mut part = |length| parts.next().filter(|part| part.len() == length && part.bytes().all(is_hex));
    let version = part(2)?;
    let trace_id = part(32)?;
    let span_id = part(16)?;
    let flags = part(2)?;
    if version == "ff" {
        return None;
    }
    let id = TraceId::from_hex(trace_id).ok().filter(|id| *id != TraceId::INVALID)?;
    let span = SpanId::from_hex(span_id).ok().filter(|id| *id != SpanId::INVALID)?;
    let known = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    Some((format!("00-{trace_id}-{span_id}-{flags}"), id, span, known))
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn trace_state(text: &str) -> Option<TraceState> {
    let is_bounded = text.len() <= TRACESTATE_BYTES_MAX && text.split(',').count() <= TRACESTATE_MEMBERS_MAX;
    let state: TraceState = Some(text).filter(|text| is_bounded && text.bytes().all(is_printable))?.parse().ok()?;
    (state != TraceState::NONE).then_some(state)
}

/// Checks for members `key=value;property`, separated by commas.
fn is_baggage(text: &str) -> bool {
    let members = || text.split(',').map(|member| member.split(';').next().unwrap_or_default());
    text.len() <= BAGGAGE_BYTES_MAX
        && text.bytes().all(is_printable)
        && members().count() <= BAGGAGE_MEMBERS_MAX
        && members().all(|member| member.split_once('=').is_some_and(|(key, value)| is_entry(key, value)))
}

fn is_entry(key: &str, value: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let key = key.trim();
    !key.is_empty() && key.bytes().all(is_token) && !value.trim().bytes().any(|byte| b" \"\\".contains(&byte))
}

/// Headers and attribute lists may contain only these.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    fn of(traceparent: &str, tracestate: &str, baggage: &str) -> (Option<String>, Option<String>, Option<String>) {
        let context = TraceContext::read_with_baggage(|name| {
            let text = match name {
                "traceparent" => traceparent,
                "tracestate" => tracestate,
                _ => baggage,
            };
            Some(text.into()).filter(|text: &Cow<'_, str>| !text.is_empty())
        });
        let headers = context.headers();
        (headers.traceparent, headers.tracestate, headers.baggage)
    }

    #[test]
    fn what_is_well_formed_goes_on_unchanged() {
        let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
        let baggage = "userId=alice,serverNode=DF%2028,isProduction=false;secure";
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(PARENT, state, baggage), (some(PARENT), some(state), some(baggage)));
    }

    #[test]
    fn baggage_is_taken_only_where_it_is_asked_for() {
        let all = |name: &str| (name == "baggage").then(|| "userId=alice".into());
        assert_eq!(TraceContext::read(all), TraceContext::default());
        assert_ne!(TraceContext::read_with_baggage(all), TraceContext::default());
    }

    #[test]
    fn what_is_no_traceparent_is_left_out_with_its_state() {
        let id = "0af7651916cd43dd8448eb211c80319c";
        for parent in [
            "nonsense".to_owned(),
            PARENT.to_uppercase(),
            PARENT.replace("00-0a", "ff-0a"),
            PARENT.replace(id, &"0".repeat(32)),
            PARENT.replace("00f067aa0ba902b7", &"0".repeat(16)),
            format!("{PARENT}-more"),
            format!("01{}.more", &PARENT[2..]),
            format!("01{}-{}", &PARENT[2..], "x".repeat(300)),
            format!("{}é", &PARENT[..53]),
            PARENT.replace('-', "_"),
        ] {
            assert_eq!(of(&parent, "a=b", ""), (None, None, None), "{parent}");
        }
    }

    #[test]
    fn of_a_later_version_the_known_part_is_taken() {
        let later = format!("cc{}-what-comes", &PARENT[2..]);
        assert_eq!(of(&later, "", "").0.as_deref(), Some(PARENT));
    }

    #[test]
    fn what_is_too_long_or_malformed_is_left_out() {
        let many = |count: usize| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
        for state in ["", "no equals sign", "UPPER=1", "a=\u{1}", &format!("a={}", "x".repeat(600)), &many(33)] {
            assert_eq!(of(PARENT, state, "").1, None, "{state}");
        }
        for baggage in
            ["noequals", "=v", "k=a b", "k=\"v\"", "k=ü", "k=v\n", &format!("k={}", "x".repeat(8192)), &many(65)]
        {
            assert_eq!(of("", "", baggage).2, None, "{baggage}");
        }
        assert!(of(PARENT, &many(32), "").1.is_some());
        assert!(of("", "", &many(64)).2.is_some());
    }
}
