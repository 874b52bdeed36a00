//! WASI for a component, interface by interface: what toolchains import at start-up. It reaches only those parts of the
//! machine that the run was granted. Sockets and HTTP are not linked, so a component that imports them is rejected.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use rand::{SeedableRng, rngs::StdRng};
use tokio::io::AsyncWrite;
use wasmtime::{Result, component::Linker};
use wasmtime_wasi::{
    FsPerms, HostMonotonicClock, HostWallClock, WasiCtx, WasiView,
    cli::{IsTerminal, StdoutStream, WasiCli, WasiCliView},
    filesystem::{WasiFilesystem, WasiFilesystemView},
    p2::{
        OutputStream, Pollable, StreamError, StreamResult, add_to_linker_proxy_interfaces_async,
        bindings::{cli, filesystem, random},
    },
    random::WasiRandom,
};

use super::{
    calls::{SharedRecord, Stream},
    guest::State,
};
use crate::folder::Folder;

/// The linked interfaces, without the prefix `wasi:`.
pub(super) const INTERFACES: [&str; 20] = [
    "cli/environment",
    "cli/exit",
    "cli/stderr",
    "cli/stdin",
    "cli/stdout",
    "cli/terminal-input",
    "cli/terminal-output",
    "cli/terminal-stderr",
    "cli/terminal-stdin",
    "cli/terminal-stdout",
    "clocks/monotonic-clock",
    "clocks/wall-clock",
    "filesystem/preopens",
    "filesystem/types",
    "io/error",
    "io/poll",
    "io/streams",
    "random/insecure",
    "random/insecure-seed",
    "random/random",
];

/// Links the interfaces: those of the proxy world (clocks, random bytes, standard streams), then the rest one by one.
pub(super) fn link(linker: &mut Linker<State>) -> Result<()> {
    add_to_linker_proxy_interfaces_async(linker)?;
    let l = linker;
    filesystem::types::add_to_linker::<State, WasiFilesystem>(l, State::filesystem)?;
    filesystem::preopens::add_to_linker::<State, WasiFilesystem>(l, State::filesystem)?;
    random::insecure::add_to_linker::<State, WasiRandom>(l, |state| state.ctx().ctx.random())?;
    random::insecure_seed::add_to_linker::<State, WasiRandom>(l, |state| state.ctx().ctx.random())?;
    cli::exit::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::environment::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_input::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_output::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stdin::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stdout::add_to_linker::<State, WasiCli>(l, State::cli)?;
    cli::terminal_stderr::add_to_linker::<State, WasiCli>(l, State::cli)
}

/// The parts of the machine that a run may use.
pub(super) struct Machine {
    pub(super) wasi: WasiCtx,
    pub(super) clock: Clock,
    /// Random source for guests built without WASI (`environment.random`).
    pub(super) random: StdRng,
    pub(super) has_folders: bool,
}

impl Machine {
    /// Builds what the run was granted and nothing else: no arguments, only the given variables and folders; both
    /// output streams become logs.
    pub(super) fn new(
        record: &SharedRecord,
        seed: u64,
        clock_ms: Option<f64>,
        folders: &[Folder],
        variables: &[(String, String)],
    ) -> Result<Self> {
        let clock = Clock { given: clock_ms.map(whole_ms), began: Instant::now() };
        let mut seeds = StdRng::seed_from_u64(seed);
        let mut stream = || StdRng::from_rng(&mut seeds);
        let mut builder = WasiCtx::builder();
        builder
            .stdout(Printed { record: record.clone(), stream: Stream::Out })
            .stderr(Printed { record: record.clone(), stream: Stream::Err })
            .wall_clock(clock)
            .monotonic_clock(clock)
            .secure_random(stream())
            .insecure_random(stream())
            .insecure_random_seed(u128::from(seed))
            .max_random_size(RANDOM_BYTES_MAX)
            .envs(variables)
            .allow_blocking_current_thread(false);
        for folder in folders {
            let permissions = if folder.is_writable() { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
            builder.preopened_dir(folder.open_path(), folder.guest(), permissions)?;
        }
        Ok(Self { wasi: builder.build(), clock, random: stream(), has_folders: !folders.is_empty() })
    }
}

/// Maximum number of random bytes in one request.
const RANDOM_BYTES_MAX: u64 = 1 << 20;

/// The run's clocks, in whole milliseconds. A time given in the request does not advance.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    given: Option<Duration>,
    began: Instant,
}

const MILLISECOND: Duration = Duration::from_millis(1);

impl Clock {
    /// Returns milliseconds since 1970.
    pub(super) fn wall_ms(self) -> u64 {
        u64::try_from(HostWallClock::now(&self).as_millis()).unwrap_or(u64::MAX)
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        MILLISECOND
    }

    fn now(&self) -> Duration {
        self.given.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            coarse(since)
        })
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        if self.given.is_some() {
            return 0;
        }
        u64::try_from(coarse(self.began.elapsed()).as_nanos()).unwrap_or(u64::MAX)
    }
}

fn coarse(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Converts a time; WASI has no times before 1970, so these become 1970.
fn whole_ms(ms: f64) -> Duration {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float casts saturate")]
    Duration::from_millis(ms as u64)
}

/// Standard output or standard error, written to the run's logs line by line.
struct Printed {
    record: SharedRecord,
    stream: Stream,
}

/// Maximum number of bytes per write.
const WRITE_BYTES_MAX: usize = 64 << 10;

impl IsTerminal for Printed {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printed {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Self { record: self.record.clone(), stream: self.stream })
    }

    /// Used only by WASI 0.3, which is not linked.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

impl OutputStream for Printed {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.record.lock().print(self.stream, &bytes).map_err(StreamError::Trap)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_BYTES_MAX)
    }
}

impl Pollable for Printed {
    fn ready<'a, 'b>(&'a mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(std::future::ready(()))
    }
}
