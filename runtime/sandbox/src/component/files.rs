//! File system checks beyond those of WASI's host: writes are charged to the run's account, and only files and folders
//! can be opened. These functions shadow those of `wasmtime-wasi` and delegate to them.

use std::{future::Future, io, pin::Pin};

use bytes::Bytes;
use wasmtime::{
    Result, StoreContextMut,
    component::{Linker, Resource},
};
use wasmtime_wasi::{
    filesystem::{Descriptor, WasiFilesystemCtxView, WasiFilesystemView},
    p2::{
        DynOutputStream, FsError, FsResult, OutputStream, Pollable, StreamError, StreamResult,
        bindings::filesystem::types::{
            DescriptorFlags, DescriptorType, ErrorCode, HostDescriptor, NewTimestamp, OpenFlags, PathFlags,
        },
    },
};

use super::guest::State;
use crate::run::writes::{ENTRY_BYTES, Full, Writes};

/// The name under which `wasmtime-wasi` links its functions; components of every 0.2 version get these.
const TYPES: &str = "wasi:filesystem/types@0.2.12";

type File = Resource<Descriptor>;
type Files<'a> = WasiFilesystemCtxView<'a>;
type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Done<T> = Result<(std::result::Result<T, ErrorCode>,)>;

/// Links these functions over the ones already linked.
pub(super) fn link(linker: &mut Linker<State>) -> Result<()> {
    linker.allow_shadowing(true);
    link_writes(linker)?;
    link_entries(linker)?;
    link_paths(linker)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Links the functions that can make a file longer.
fn link_writes(linker: &mut Linker<State>) -> Result<()> {
    let mut types = linker.instance(TYPES)?;
    types.func_wrap_async("[method]descriptor.write-via-stream", |mut store, (file, offset): (File, u64)| {
        Box::new(async move {
            let gap_bytes = bytes_to(offset, &mut store, &file).await;
            let Ok(mut files) = booked(&mut store, gap_bytes) else { return full() };
            let stream = files.write_via_stream(file, offset);
            streamed(&mut store, stream)
        })
    })?;
    types.func_wrap("[method]descriptor.append-via-stream", |mut store: StoreContextMut<'_, State>, (file,)| {
        let stream = store.data_mut().filesystem().append_via_stream(file);
        streamed(&mut store, stream)
    })?;
    types.func_wrap_async("[method]descriptor.write", |mut store, (file, bytes, offset): (File, Vec<u8>, u64)| {
        Box::new(async move {
            let gap_bytes = bytes_to(offset, &mut store, &file).await;
            let Ok(mut files) = booked(&mut store, gap_bytes.saturating_add(bytes.len() as u64)) else {
                return full();
            };
            done(files.write(file, bytes, offset).await)
        })
    })?;
    types.func_wrap_async("[method]descriptor.set-size", |mut store, (file, bytes): (File, u64)| {
        Box::new(async move {
            let added_bytes = bytes_to(bytes, &mut store, &file).await;
            let Ok(mut files) = booked(&mut store, added_bytes) else { return full() };
            done(files.set_size(file, bytes).await)
        })
    })
}

/// Links the functions that create folder entries.
fn link_entries(linker: &mut Linker<State>) -> Result<()> {
    let mut types = linker.instance(TYPES)?;
    types.func_wrap_async("[method]descriptor.create-directory-at", |mut store, (folder, path): (File, String)| {
        Box::new(async move {
            let Ok(mut files) = booked(&mut store, ENTRY_BYTES) else { return full() };
            done(files.create_directory_at(folder, path).await)
        })
    })?;
    types.func_wrap_async(
        "[method]descriptor.symlink-at",
        |mut store, (folder, to, path): (File, String, String)| {
            Box::new(async move {
                let Ok(mut files) = booked(&mut store, ENTRY_BYTES) else { return full() };
                done(files.symlink_at(folder, to, path).await)
            })
        },
    )?;
    types.func_wrap_async(
        "[method]descriptor.link-at",
        |mut store, (folder, links, from, other, to): (File, PathFlags, String, File, String)| {
            Box::new(async move {
                let Ok(mut files) = booked(&mut store, ENTRY_BYTES) else { return full() };
                done(files.link_at(folder, links, from, other, to).await)
            })
        },
    )
}

/// Links the functions that open what is found at a path. Opening a pipe would block a host thread until the other end
/// is opened.
fn link_paths(linker: &mut Linker<State>) -> Result<()> {
    let mut types = linker.instance(TYPES)?;
    types.func_wrap_async(
        "[method]descriptor.open-at",
        |mut store, (folder, links, path, how, flags): (File, PathFlags, String, OpenFlags, DescriptorFlags)| {
            Box::new(async move {
                let entry_bytes = if how.contains(OpenFlags::CREATE) { ENTRY_BYTES } else { 0 };
                let Ok(mut files) = booked(&mut store, entry_bytes) else { return full() };
                done(match plain(&mut files, &folder, links, &path).await {
                    Ok(()) => files.open_at(folder, links, path, how, flags).await,
                    Err(error) => Err(error),
                })
            })
        },
    )?;
    types.func_wrap_async(
        "[method]descriptor.set-times-at",
        |mut store, (folder, links, path, read, written): (File, PathFlags, String, NewTimestamp, NewTimestamp)| {
            Box::new(async move {
                let mut files = store.data_mut().filesystem();
                done(match plain(&mut files, &folder, links, &path).await {
                    Ok(()) => files.set_times_at(folder, links, path, read, written).await,
                    Err(error) => Err(error),
                })
            })
        },
    )
}

/// Checks that a path leads to a file, a folder or nothing. Changes made by others right afterwards are not noticed.
async fn plain(files: &mut Files<'_>, folder: &File, links: PathFlags, path: &str) -> FsResult<()> {
    match files.stat_at(Resource::new_borrow(folder.rep()), links, path.to_owned()).await {
        Ok(found) => match found.type_ {
            DescriptorType::RegularFile | DescriptorType::Directory | DescriptorType::SymbolicLink => Ok(()),
            _ => Err(ErrorCode::NotPermitted.into()),
        },
        Err(error) if matches!(error.downcast_ref(), Some(ErrorCode::NoEntry)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns how far an offset lies beyond the end of a file. If the size is unknown, the file counts as empty.
async fn bytes_to(offset: u64, store: &mut StoreContextMut<'_, State>, file: &File) -> u64 {
    let found = store.data_mut().filesystem().stat(Resource::new_borrow(file.rep())).await;
    offset.saturating_sub(found.map_or(0, |found| found.size))
}

/// Charges the bytes about to be written to the run's account, then returns WASI's own functions.
fn booked<'a>(store: &'a mut StoreContextMut<'_, State>, bytes: u64) -> std::result::Result<Files<'a>, Full> {
    store.data().writes.book(bytes)?;
    Ok(store.data_mut().filesystem())
}

fn streamed(
    store: &mut StoreContextMut<'_, State>,
    stream: FsResult<Resource<DynOutputStream>>,
) -> Done<Resource<DynOutputStream>> {
    let stream = match stream {
        Ok(stream) => store.data_mut().table.delete(stream)?,
        Err(error) => return done(Err(error)),
    };
    let booked: DynOutputStream = Box::new(Booked { stream, writes: store.data().writes.clone(), is_closed: false });
    Ok((Ok(store.data_mut().table.push(booked)?),))
}

/// Converts the result of a WASI function to the form the linker expects.
fn done<T>(result: FsResult<T>) -> Done<T> {
    match result.map_err(FsError::downcast) {
        Ok(value) => Ok((Ok(value),)),
        Err(Ok(code)) => Ok((Err(code),)),
        Err(Err(trap)) => Err(trap),
    }
}

fn full<T>() -> Done<T> {
    Ok((Err(ErrorCode::InsufficientSpace),))
}

/// A stream to a file that is charged to the run's account as it is written.
struct Booked {
    stream: DynOutputStream,
    writes: Writes,
    /// Set once an operation has failed.
    is_closed: bool,
}

impl Booked {
    fn book(&mut self, bytes: &Bytes) -> StreamResult<()> {
        if self.is_closed {
            return Err(StreamError::Closed);
        }
        let booked = self.writes.book(bytes.len() as u64);
        self.is_closed = booked.is_err();
        booked.map_err(no_space)
    }
}

impl OutputStream for Booked {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.book(&bytes)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.stream.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        if self.is_closed { Err(StreamError::Closed) } else { self.stream.check_write() }
    }

    fn blocking_write_and_flush<'a, 'b>(&'a mut self, bytes: Bytes) -> Pending<'b, StreamResult<()>>
    where
        'a: 'b,
        Self: 'b,
    {
        match self.book(&bytes) {
            Ok(()) => self.stream.blocking_write_and_flush(bytes),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn cancel<'a, 'b>(&'a mut self) -> Pending<'b, ()>
    where
        'a: 'b,
        Self: 'b,
    {
        self.stream.cancel()
    }
}

impl Pollable for Booked {
    fn ready<'a, 'b>(&'a mut self) -> Pending<'b, ()>
    where
        'a: 'b,
        Self: 'b,
    {
        self.stream.ready()
    }
}

/// Reports ENOSPC, which every language runtime maps to "disk full".
fn no_space(_: Full) -> StreamError {
    #[cfg(unix)]
    let error = io::Error::from_raw_os_error(rustix::io::Errno::NOSPC.raw_os_error());
    #[cfg(not(unix))]
    let error = io::Error::from(io::ErrorKind::StorageFull);
    StreamError::LastOperationFailed(error.into())
}

#[cfg(test)]
mod tests {
    use wasmtime_wasi::p2::pipe::MemoryOutputPipe;

    use super::*;

    #[track_caller]
    fn is_full(refused: StreamResult<()>) {
        let Err(StreamError::LastOperationFailed(error)) = refused else { panic!("it was written") };
        let error = error.downcast_ref::<io::Error>().expect("an error of input and output");
        assert_eq!(ErrorCode::from(error), ErrorCode::InsufficientSpace);
    }

    /// Covers both ways to write to a stream; a write that does not fit is not written even in part, and closes the
    /// stream.
    #[tokio::test]
    async fn a_stream_is_full_when_the_account_is() {
        let (pipe, writes) = (MemoryOutputPipe::new(100), Writes::new(10));
        let stream = || Booked { stream: Box::new(pipe.clone()), writes: writes.clone(), is_closed: false };
        let (mut one, mut other) = (stream(), stream());
        one.write(Bytes::from_static(b"four")).expect("room");
        other.blocking_write_and_flush(Bytes::from_static(b"three")).await.expect("room");
        is_full(one.write(Bytes::from_static(b"tw")));
        is_full(other.blocking_write_and_flush(Bytes::from_static(b"tw")).await);
        for stream in [&mut one, &mut other] {
            assert!(matches!(stream.check_write(), Err(StreamError::Closed)));
            assert!(matches!(stream.write(Bytes::from_static(b"1")), Err(StreamError::Closed)));
        }
        stream().write(Bytes::from_static(b"1")).expect("room");
        assert_eq!(pipe.contents(), "fourthree1");
    }
}
