//! The cryptography behind https, chosen once for the process.

use rustls::crypto::CryptoProvider;

/// Makes `ring` the provider of cryptography for https in this process, unless the program has chosen one. To be
/// called before a program makes HTTP clients of its own; those of this crate do it themselves.
pub fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // It only fails when another thread was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
