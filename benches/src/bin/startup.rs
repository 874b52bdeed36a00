//! Times a whole process, `startup COMMAND [ARGUMENTS…]`, alternating with an empty process.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::{
    process::{Command, Stdio},
    time::Instant,
};

const ROUNDS: usize = 41;

fn main() {
    let command: Vec<String> = std::env::args().skip(1).collect();
    assert!(!command.is_empty(), "usage: startup COMMAND [ARGUMENTS…]");
    let empty = vec!["true".to_owned()];
    let (mut with, mut without): (Vec<f64>, Vec<f64>) = (0..ROUNDS).map(|_| (ms(&command), ms(&empty))).unzip();
    let (with, without) = (median(&mut with), median(&mut without));
    println!("{with:.1} ms beside {without:.1} ms for an empty process: {:.1} ms beyond it", with - without);
}

fn ms(command: &[String]) -> f64 {
    let began = Instant::now();
    let status = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("a command that starts").success(), "{command:?} failed");
    began.elapsed().as_secs_f64() * 1_000.0
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
