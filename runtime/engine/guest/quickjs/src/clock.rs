//! Gives C code the time of the run's clock, which does not advance during a step.
#![allow(unsafe_code, reason = "C code calls these functions by name")]

use std::ffi::{c_int, c_void};

/// A `timeval` or a `timespec`: seconds, and microseconds or nanoseconds.
#[repr(C)]
pub(crate) struct Time {
    seconds: i64,
    fraction: i64,
}

/// Replaces the C library's function, so that `Date` reads the run's clock.
///
/// # Safety
///
/// `now` must be valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(now: *mut Time, _zone: *mut c_void) -> c_int {
    // SAFETY: the caller says so.
    unsafe { now.write(time(1_000_000)) };
    0
}

/// Replaces the C library's function; every clock is the run's.
///
/// # Safety
///
/// `now` must be valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(_clock: *const c_void, now: *mut Time) -> c_int {
    // SAFETY: the caller says so.
    unsafe { now.write(time(1_000_000_000)) };
    0
}

/// Computes in whole milliseconds, so that rounding does not lose one.
#[allow(clippy::cast_possible_truncation, reason = "a time within a Date's range fits")]
fn time(parts_of_second: i64) -> Time {
    let ms = crate::boot::now_ms().floor() as i64;
    Time { seconds: ms.div_euclid(1000), fraction: ms.rem_euclid(1000) * (parts_of_second / 1000) }
}
