//! The cryptography behind https, chosen once for the process.

use rustls::crypto::CryptoProvider;

/// Makes `ring` the provider, unless the program has chosen one.
pub(crate) fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // It only fails when another thread was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
