//! A store that forgets everything when the program ends.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::store::{StoreError, StoreLock, TokenKey, TokenStore};
use crate::config::Secret;

/// Stores tokens for as long as the program runs.
#[derive(Debug, Default, Clone)]
pub struct MemoryStore {
    texts: Arc<Mutex<HashMap<TokenKey, Secret>>>,
    locked: Arc<Mutex<HashSet<TokenKey>>>,
}

impl TokenStore for MemoryStore {
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError> {
        Ok(lock(&self.texts).get(key).cloned())
    }

    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError> {
        lock(&self.texts).insert(key.clone(), text.clone());
        Ok(())
    }

    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError> {
        Ok(lock(&self.texts).remove(key).is_some())
    }

    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError> {
        let is_free = lock(&self.locked).insert(key.clone());
        let held = || HeldLock { key: key.clone(), locked: Arc::clone(&self.locked) };
        Ok(is_free.then(|| StoreLock::new(held())))
    }
}

struct HeldLock {
    key: TokenKey,
    locked: Arc<Mutex<HashSet<TokenKey>>>,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        lock(&self.locked).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
