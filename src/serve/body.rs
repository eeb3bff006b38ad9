//! The body of an answer: some bytes, or a file in pieces, so that a connection holds one
//! piece however long the file is.

use std::convert::Infallible;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use super::limits::PIECE;

/// A body.
pub enum Body {
    /// Bytes, until they are taken.
    Bytes(Option<Bytes>),
    /// So many bytes of a file.
    File(Pieces),
}

/// What is left of a file.
pub struct Pieces {
    left: u64,
    step: Step,
}

enum Step {
    Idle(Option<File>),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes.into()))
    }
}

impl Body {
    /// The first `length` bytes of a file that is read from where it stands.
    pub fn of_file(file: File, length: u64) -> Self {
        Self::File(Pieces { left: length, step: Step::Idle(Some(file)) })
    }
}

fn read(mut file: File, length: u64) -> io::Result<(File, Bytes)> {
    let mut piece = vec![0; usize::try_from(length).unwrap_or(0)];
    // A file that was cut short meanwhile ends the connection, not the answer: the peer
    // was told a length, and sees that bytes are missing.
    file.read_exact(&mut piece)?;
    Ok((file, piece.into()))
}

impl Pieces {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            match &mut self.step {
                Step::Idle(file) => {
                    let length = self.left.min(PIECE);
                    let Some(file) = file.take().filter(|_| length > 0) else { return Poll::Ready(None) };
                    self.step = Step::Reading(spawn_blocking(move || read(file, length)));
                }
                Step::Reading(task) => {
                    let read = ready!(Pin::new(task).poll(cx)).map_err(io::Error::other).flatten();
                    let (file, piece) = match read {
                        Ok((file, piece)) => (Some(file), Ok(piece)),
                        Err(error) => (None, Err(error)),
                    };
                    let length = piece.as_ref().map_or(0, Bytes::len);
                    self.left = self.left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
                    self.step = Step::Idle(file);
                    return Poll::Ready(Some(piece));
                }
            }
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = match &mut *self {
            Self::Bytes(bytes) => bytes.take().map(Ok),
            Self::File(pieces) => ready!(pieces.poll_piece(cx)),
        };
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::File(pieces) => pieces.left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Bytes(bytes) => {
                bytes.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Self::File(pieces) => pieces.left,
        })
    }
}

/// A future whose panic is a value: it ends one request and nothing else.
pub struct Caught<F>(pub Pin<Box<F>>);

/// That there was a panic. What it said went to whoever runs the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Panicked;

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // What a request shares with others is counts and maps, each whole between two calls.
        let poll = std::panic::AssertUnwindSafe(|| self.0.as_mut().poll(cx));
        match std::panic::catch_unwind(poll) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

/// An answer to every request, whatever became of it.
pub type Always<T> = Result<T, Infallible>;
