//! Shows text of third parties: shortened, and without characters that steer a terminal or hide. How is decided in one
//! place, [`callbox::foreign`].

pub(crate) use callbox::foreign::{block, line};
