//! Shows text from third parties: shortened, and without characters that control a terminal or are invisible.
//! Implemented in one place, [`callbox::internal::foreign`].

pub(crate) use callbox::foreign::{block, line};
