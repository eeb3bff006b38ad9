//! A connection as bytes: what comes in is shown to [`Heads`], what goes out must be
//! taken at a rate.
//!
//! A window of time opens when the peer takes nothing more, and closes when everything
//! was handed to the system. At its end so many bytes must have gone out in it; one byte
//! now and then does not hold a connection.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::heads::Heads;
use super::limits::Limits;
use super::tally::{Cause, Tally};

/// Most bytes that are read and dropped after the last answer.
const LINGERING: usize = 256 << 10;

/// A connection.
pub struct Wire {
    stream: TcpStream,
    heads: Arc<Mutex<Heads>>,
    tally: Arc<Tally>,
    write: Duration,
    /// Bytes that must go out in one window.
    due: u128,
    window: Option<Window>,
}

struct Window {
    end: Pin<Box<Sleep>>,
    taken: u128,
}

impl Wire {
    /// A connection that was taken.
    pub fn new(stream: TcpStream, heads: Arc<Mutex<Heads>>, tally: Arc<Tally>, limits: &Limits) -> Self {
        let due = (limits.write.as_millis() * u128::from(limits.rate) / 1000).max(1);
        Self { stream, heads, tally, write: limits.write, due, window: None }
    }

    /// Ends it so that the last answer arrives: a connection that is closed while bytes
    /// of the peer are unread is reset, and the peer may lose what it had not read.
    pub async fn close(mut self, linger: Duration) {
        let drain = async {
            poll_fn(|cx| Pin::new(&mut self.stream).poll_shutdown(cx)).await?;
            let (mut dropped, mut left) = ([0; 4096], LINGERING);
            while left > 0 {
                self.stream.readable().await?;
                match self.stream.try_read(&mut dropped) {
                    Ok(0) => break,
                    Ok(bytes) => left = left.saturating_sub(bytes),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        };
        // Whatever the peer does now, the connection is over.
        _ = tokio::time::timeout(linger, drain).await;
    }

    fn judge(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.tally.sent(bytes);
                if let Some(window) = &mut self.window {
                    window.taken += u128::try_from(bytes).unwrap_or(0);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let write = self.write;
                let open = || Window { end: Box::pin(sleep(write)), taken: 0 };
                let window = self.window.get_or_insert_with(open);
                ready!(window.end.as_mut().poll(cx));
                if window.taken < self.due {
                    self.tally.turned_away(Cause::SlowReader);
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                window.taken = 0;
                window.end.as_mut().reset(Instant::now() + write);
                // It ended a moment ago; this asks to be woken at its next end.
                _ = window.end.as_mut().poll(cx);
                Poll::Pending
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        let arrived = into.filled().get(before..).unwrap_or_default();
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).take(arrived);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.judge(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.window = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
