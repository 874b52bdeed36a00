//! What a component does to its folders beyond what WASI's host checks: writes are booked, and what is neither a file
//! nor a folder is not opened. These functions stand in place of those of `wasmtime-wasi` and end in them.

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
            DescriptorFlags, DescriptorType, ErrorCode, HostDescriptor, OpenFlags, PathFlags,
        },
    },
};

use super::guest::State;
use crate::writes::{ENTRY_BYTES, Full, Writes};

/// As `wasmtime-wasi` names what it links.
const TYPES: &str = "wasi:filesystem/types@0.2.12";

type File = Resource<Descriptor>;
type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Done<T> = Result<(std::result::Result<T, ErrorCode>,)>;

/// Links them over what is linked already.
pub(super) fn link(linker: &mut Linker<State>) -> Result<()> {
    linker.allow_shadowing(true);
    link_streams(linker)?;
    link_changes(linker)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn link_streams(linker: &mut Linker<State>) -> Result<()> {
    let mut types = linker.instance(TYPES)?;
    types.func_wrap("[method]descriptor.write-via-stream", |store: StoreContextMut<'_, State>, (file, offset)| {
        streamed(store, |files| files.write_via_stream(file, offset))
    })?;
    types.func_wrap("[method]descriptor.append-via-stream", |store: StoreContextMut<'_, State>, (file,)| {
        streamed(store, |files| files.append_via_stream(file))
    })
}

fn link_changes(linker: &mut Linker<State>) -> Result<()> {
    let mut types = linker.instance(TYPES)?;
    types.func_wrap_async("[method]descriptor.write", |mut store, (file, bytes, offset): (File, Vec<u8>, u64)| {
        Box::new(async move {
            let (mut files, writes) = files(&mut store);
            if writes.book(bytes.len() as u64).is_err() {
                return full();
            }
            done(files.write(file, bytes, offset).await)
        })
    })?;
    types.func_wrap_async("[method]descriptor.set-size", |mut store, (file, bytes): (File, u64)| {
        Box::new(async move {
            let (mut files, writes) = files(&mut store);
            let now = files.stat(Resource::new_borrow(file.rep())).await.map_or(0, |stat| stat.size);
            if writes.book(bytes.saturating_sub(now)).is_err() {
                return full();
            }
            done(files.set_size(file, bytes).await)
        })
    })?;
    types.func_wrap_async("[method]descriptor.open-at", |mut store, (folder, links, path, how, flags)| {
        Box::new(async move { opened(&mut store, folder, links, path, how, flags).await })
    })?;
    types.func_wrap_async("[method]descriptor.create-directory-at", |mut store, (folder, path): (File, String)| {
        Box::new(async move {
            let (mut files, writes) = files(&mut store);
            if writes.book(ENTRY_BYTES).is_err() {
                return full();
            }
            done(files.create_directory_at(folder, path).await)
        })
    })?;
    types.func_wrap_async(
        "[method]descriptor.symlink-at",
        |mut store, (folder, to, path): (File, String, String)| {
            Box::new(async move {
                let (mut files, writes) = files(&mut store);
                if writes.book(ENTRY_BYTES).is_err() {
                    return full();
                }
                done(files.symlink_at(folder, to, path).await)
            })
        },
    )?;
    types.func_wrap_async(
        "[method]descriptor.link-at",
        |mut store, (folder, links, from, other, to): (File, PathFlags, String, File, String)| {
            Box::new(async move {
                let (mut files, writes) = files(&mut store);
                if writes.book(ENTRY_BYTES).is_err() {
                    return full();
                }
                done(files.link_at(folder, links, from, other, to).await)
            })
        },
    )
}

/// Opening a pipe would hold a thread of the host until somebody opens its other end.
async fn opened(
    store: &mut StoreContextMut<'_, State>,
    folder: File,
    links: PathFlags,
    path: String,
    how: OpenFlags,
    flags: DescriptorFlags,
) -> Done<File> {
    let (mut files, writes) = files(store);
    if how.contains(OpenFlags::CREATE) && writes.book(ENTRY_BYTES).is_err() {
        return full();
    }
    let found = files.stat_at(Resource::new_borrow(folder.rep()), links, path.clone()).await;
    let is_plain =
        |kind| matches!(kind, DescriptorType::RegularFile | DescriptorType::Directory | DescriptorType::SymbolicLink);
    if found.is_ok_and(|stat| !is_plain(stat.type_)) {
        return Ok((Err(ErrorCode::NotPermitted),));
    }
    done(files.open_at(folder, links, path, how, flags).await)
}

fn files<'a>(store: &'a mut StoreContextMut<'_, State>) -> (WasiFilesystemCtxView<'a>, Writes) {
    let writes = store.data().writes.clone();
    (store.data_mut().filesystem(), writes)
}

fn streamed(
    mut store: StoreContextMut<'_, State>,
    open: impl FnOnce(&mut WasiFilesystemCtxView<'_>) -> FsResult<Resource<DynOutputStream>>,
) -> Done<Resource<DynOutputStream>> {
    let (mut files, writes) = files(&mut store);
    match open(&mut files) {
        Ok(stream) => {
            let stream = files.table.delete(stream)?;
            let booked: DynOutputStream = Box::new(Booked { stream, writes });
            Ok((Ok(files.table.push(booked)?),))
        }
        Err(error) => done(Err(error)),
    }
}

/// What a function of WASI gives, as the linker wants it.
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

/// A stream to a file, booked as it is written.
struct Booked {
    stream: DynOutputStream,
    writes: Writes,
}

impl OutputStream for Booked {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.writes.book(bytes.len() as u64).map_err(no_space)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.stream.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.stream.check_write()
    }

    fn blocking_write_and_flush<'a, 'b>(&'a mut self, bytes: Bytes) -> Pending<'b, StreamResult<()>>
    where
        'a: 'b,
        Self: 'b,
    {
        match self.writes.book(bytes.len() as u64) {
            Ok(()) => self.stream.blocking_write_and_flush(bytes),
            Err(full) => Box::pin(std::future::ready(Err(no_space(full)))),
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

/// As a disk that is full says it, so that every language knows it.
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

    /// The two ways to write to a stream; what does not fit is written in no part.
    #[tokio::test]
    async fn a_stream_is_full_when_the_account_is() {
        let (pipe, writes) = (MemoryOutputPipe::new(100), Writes::new(10));
        let mut stream = Booked { stream: Box::new(pipe.clone()), writes };
        stream.write(Bytes::from_static(b"four")).expect("room");
        stream.blocking_write_and_flush(Bytes::from_static(b"three")).await.expect("room");
        let refused =
            [stream.write(Bytes::from_static(b"tw")), stream.blocking_write_and_flush(Bytes::from_static(b"tw")).await];
        for refused in refused {
            let Err(StreamError::LastOperationFailed(error)) = refused else { panic!("it was written") };
            let error = error.downcast_ref::<io::Error>().expect("an error of input and output");
            assert_eq!(ErrorCode::from(error), ErrorCode::InsufficientSpace);
        }
        stream.write(Bytes::from_static(b"1")).expect("room");
        assert_eq!(pipe.contents(), "fourthree1");
    }
}
