//! One integration binary; each module is one purpose.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::too_many_lines,
    clippy::redundant_closure_for_method_calls,
    clippy::needless_for_each,
    clippy::unused_self
)]

mod attacks;
mod authoring;
mod bad_input;
mod browsers;
mod command_line;
mod corpus;
mod crash;
mod damage;
mod ed25519;
mod effect_vectors;
mod effects;
mod evidence;
mod example;
mod excerpts;
mod finish;
mod flips;
mod floors;
mod fuzz;
mod fuzz_targets;
mod histories;
mod index;
mod interop;
mod laws;
mod limits;
mod literal;
mod locality;
mod long;
mod lying;
mod memory;
mod merkle;
mod operating;
mod order;
mod package;
mod pages;
mod policies;
mod power;
mod properties;
mod prospects;
mod publishing;
mod reading;
mod recovery;
mod reference;
mod review;
mod schemas;
mod serve;
mod splits;
mod stamping;
mod stamps;
mod stories;
mod syscalls;
mod terminal;
mod texts;
mod transcripts;
mod trial;
mod vectors;
mod viewer;
mod viewer_fuzz;
mod viewer_status;
mod vocabulary;
mod web;
mod wire;
mod witness;
mod world;
mod writing;
