//! The heads of requests as they arrive, looked at for how their bodies are framed.
//!
//! A request that says twice how long its body is can be two requests to the next server
//! on its way. hyper drops the second `Content-Length`, or the one beside a
//! `Transfer-Encoding`, before a handler sees it; RFC 9112 section 6.3 allows either, and
//! we turn both away. So lines are counted here, on the bytes. Nothing is decided from
//! them but that: hyper reads the same bytes and reads the request.

use std::collections::VecDeque;

/// How the body of a request is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    Absent,
    /// In one way.
    Once,
    /// In more than one, or the head could not be followed.
    Ambiguous,
}

/// Reads heads, byte by byte.
#[derive(Debug, Default)]
pub struct Heads {
    /// The beginning of the line, as far as it tells.
    line: Vec<u8>,
    begun: bool,
    lengths: u32,
    is_empty: bool,
    encodings: u32,
    /// A body was announced: nothing after it is a head, as the connection ends with it.
    ended: bool,
    read: VecDeque<Framing>,
}

/// As many bytes of a line as tell which header it is, and whether a length is 0.
const TELLING: usize = 64;

impl Heads {
    /// Takes bytes that arrived.
    pub fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.ended {
                return;
            }
            if *byte == b'\n' {
                self.end_line();
            } else if self.line.len() < TELLING {
                self.line.push(*byte);
            }
        }
    }

    /// The framing of the next request, in the order in which they arrived.
    pub fn next(&mut self) -> Framing {
        self.read.pop_front().unwrap_or(Framing::Ambiguous)
    }

    /// Whether a head has begun and not ended.
    pub fn is_amid(&self) -> bool {
        self.begun || !self.line.is_empty()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        match (line.is_empty(), self.begun) {
            // Empty lines before a request are passed over.
            (true, false) => {}
            (true, true) => self.end_head(),
            (false, false) => self.begun = true,
            (false, true) => self.take_header(line),
        }
    }

    fn take_header(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            self.is_empty = value.get(1..).is_some_and(|value| value.trim_ascii() == b"0");
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.encodings += 1;
        }
    }

    fn end_head(&mut self) {
        let framing = match (self.lengths, self.encodings) {
            (0, 0) => Framing::Absent,
            (1, 0) if self.is_empty => Framing::Absent,
            (1, 0) | (0, 1) => Framing::Once,
            _ => Framing::Ambiguous,
        };
        self.ended = framing != Framing::Absent;
        self.read.push_back(framing);
        (self.begun, self.lengths, self.encodings, self.is_empty) = (false, 0, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Vec<Framing> {
        // As one piece, and byte by byte.
        let mut whole = Heads::default();
        whole.take(bytes);
        let mut pieces = Heads::default();
        bytes.chunks(1).for_each(|piece| pieces.take(piece));
        assert_eq!(whole.read, pieces.read);
        whole.read.into_iter().collect()
    }

    #[test]
    fn two_lengths_are_ambiguous_however_they_are_written() {
        use Framing::{Absent, Ambiguous, Once};
        for (headers, due) in [
            ("", Absent),
            ("Host: a\r\n", Absent),
            ("Content-Length: 0\r\n", Absent),
            ("Content-Length: 00\r\n", Once),
            ("Content-Length:5\r\n", Once),
            ("content-length: 5\n", Once),
            ("Transfer-Encoding: chunked\r\n", Once),
            ("Content-Length: 5\r\nContent-Length: 5\r\n", Ambiguous),
            ("Content-Length: 0\r\nContent-Length: 0\r\n", Ambiguous),
            ("Content-Length: 5\r\nTRANSFER-ENCODING: chunked\r\n", Ambiguous),
            ("Transfer-Encoding: chunked\r\ncontent-LENGTH: 0\r\n", Ambiguous),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", Ambiguous),
        ] {
            let head = format!("\r\n\nPOST / HTTP/1.1\r\n{headers}\r\n");
            assert_eq!(of(head.as_bytes()), [due], "{headers:?}");
        }
    }

    #[test]
    fn requests_in_a_row_are_told_apart_until_one_has_a_body() {
        use Framing::{Absent, Once};
        let plain = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let body = "POST / HTTP/1.1\r\nContent-Length: 40\r\n\r\n";
        let all = format!("{plain}{plain}{body}{plain}");
        assert_eq!(of(all.as_bytes()), [Absent, Absent, Once]);
        assert_eq!(Heads::default().next(), Framing::Ambiguous, "what was not followed is turned away");
    }
}
