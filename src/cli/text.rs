//! `text`: files of words are begun, checked and printed.

pub mod files;
