//! Tests of the byte encoding: what is written is read back, and no bytes make the reader panic.

use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{Malformed, decode, encode};
use crate::frames::{
    Call, Failure, Frame, Goal, Name, NotJson, Resume, ServerNames, Settled, Sleep, Start, State, Step, Thrown,
};

/// Random messages from splitmix64, the same on every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn number(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 6] = ["", "a", "ß\u{2028}", "\"\\", "\u{1f600}", "tool name"];
        self.list(|chance| PIECES[chance.below(6) as usize]).concat()
    }

    fn json(&mut self) -> Vec<u8> {
        self.text().into_bytes()
    }

    fn option<T>(&mut self, item: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| item(self))
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| item(self)).collect()
    }

    fn name(&mut self) -> Name {
        Name { wire: self.text(), identifier: self.text() }
    }

    fn start(&mut self) -> Start {
        Start {
            source: self.text(),
            goal: [Goal::Function, Goal::Script, Goal::Module][self.below(3) as usize],
            input: self.json(),
            servers: self.list(|chance| ServerNames { name: chance.name(), tools: chance.list(Self::name) }),
            functions: self.list(Self::text),
            seed: self.next(),
            now_ms: f64::from(self.number()) / 3.0,
            json_depth_max: self.number(),
        }
    }

    fn failure(&mut self) -> Failure {
        Failure {
            code: self.text(),
            tool: self.text(),
            message: self.text(),
            retryable: self.flag(),
            data: self.option(Self::json),
        }
    }

    fn settled(&mut self) -> Settled {
        let id = self.number();
        Settled { id, result: if self.flag() { Ok(self.json().into()) } else { Err(self.failure()) } }
    }

    fn resume(&mut self) -> Resume {
        Resume { now_ms: f64::from(self.number()), settled: self.list(Self::settled) }
    }

    fn frame(&mut self) -> Frame {
        Frame { function: self.text(), line: self.number(), column: self.number(), author: self.flag() }
    }

    fn thrown(&mut self) -> Thrown {
        Thrown {
            name: self.text(),
            message: self.text(),
            frames: self.list(Self::frame),
            code: self.option(Self::text),
            value: self.option(Self::json),
            compile: self.flag(),
        }
    }

    fn state(&mut self) -> State {
        match self.below(5) {
            0 => State::Waiting,
            1 => State::Returned { value: self.json(), undefined: self.flag() },
            2 => State::Threw(self.thrown()),
            3 => State::NotJson(NotJson {
                path: self.text(),
                found: self.text(),
                hint: self.text(),
                too_deep: self.flag(),
            }),
            _ => State::StackExceeded,
        }
    }

    fn call(&mut self) -> Call {
        Call { id: self.number(), server: self.number(), tool: self.number(), arguments: self.json() }
    }

    fn step(&mut self) -> Step {
        Step {
            state: self.state(),
            calls: self.list(Self::call),
            sleeps: self.list(|chance| Sleep { id: chance.number(), ms: f64::from(chance.number()) }),
            cleared: self.list(Self::number),
            unhandled: self.list(Self::thrown),
        }
    }
}

const CASES: u64 = 500;

fn comes_back<M: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    mut message: impl FnMut(&mut Chance) -> M,
) {
    for seed in 0..CASES {
        let message = message(&mut Chance(seed));
        let bytes = encode(&message);
        assert_eq!(decode::<M>(&bytes), Ok(message), "seed {seed}");
        for len in 0..bytes.len() {
            assert!(decode::<M>(&bytes[..len]).is_err(), "seed {seed} cut at {len}");
        }
    }
}

#[test]
fn every_message_comes_back_and_no_part_of_one_is_a_message() {
    comes_back(Chance::start);
    comes_back(Chance::resume);
    comes_back(Chance::step);
}

#[test]
fn bytes_left_over_are_refused() {
    let mut bytes = encode(&Chance(1).step());
    bytes.push(0);
    assert_eq!(decode::<Step>(&bytes), Err(Malformed::Long));
}

#[test]
fn changed_bytes_never_panic_the_reader() {
    for seed in 0..CASES {
        let mut chance = Chance(seed);
        let mut bytes = encode(&chance.step());
        for _ in 0..8 {
            let at = chance.below(bytes.len() as u64) as usize;
            bytes[at] = chance.next() as u8;
            let _ = decode::<Step>(&bytes);
        }
    }
}

#[test]
fn a_lying_count_reserves_nothing() {
    let lie = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(decode::<Step>(&lie), Err(Malformed::Item(postcard::Error::DeserializeUnexpectedEnd)));
}
