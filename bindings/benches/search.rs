//! Indexing whole catalogues, changing one server, searching. The answers are checked before anything is timed.
fn main() {}
