//! The door.
fn main(){}
