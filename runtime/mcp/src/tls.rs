//! The cryptography provider for https, chosen once per process.

use rustls::crypto::CryptoProvider;

/// Makes `ring` this process's cryptography provider for https, unless one has been chosen. Call it before the program
/// makes HTTP clients of its own; those of this crate do it themselves.
pub fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // Fails only if another thread was first, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
