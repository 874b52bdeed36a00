//! Stores tokens in the operating system's keyring. A file in the user's folder marks the keys that are there, so that
//! the keyring is not asked for others.

use std::{sync::mpsc, thread, time::Duration};

use callbox_mcp::{FolderStore, Secret, StoreError, StoreLock, TokenKey, TokenStore};
use keyring::Entry;

use super::Place;

/// The service name under which entries appear in the keyring.
const SERVICE: &str = "callbox";

/// Content of the file of a key that is in the keyring.
const MARK: &str = r#"{"kept_in":"keyring"}"#;

/// Longest time to wait for the keyring. A locked one asks the user, who may be away.
const ANSWER: Duration = Duration::from_secs(5);

/// The keyring, and the files next to it.
#[derive(Debug)]
pub(super) struct KeyringStore {
    folder: FolderStore,
    place: Place,
}

impl KeyringStore {
    pub(super) fn new(folder: FolderStore, place: Place) -> Self {
        Self { folder, place }
    }

    fn is_in_keyring(&self, key: &TokenKey) -> bool {
        matches!(self.folder.load(key), Ok(Some(text)) if text.reveal() == MARK)
    }
}

impl TokenStore for KeyringStore {
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError> {
        match self.folder.load(key)? {
            Some(text) if text.reveal() == MARK => ask(key, |entry| match entry.get_password() {
                Ok(text) => Ok(Some(Secret::new(text))),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            }),
            other => Ok(other),
        }
    }

    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError> {
        if self.place == Place::File && !self.is_in_keyring(key) {
            return self.folder.save(key, text);
        }
        let kept = text.clone();
        match ask(key, move |entry| entry.set_password(kept.reveal())) {
            Ok(()) => self.folder.save(key, &Secret::new(MARK)),
            Err(error) => {
                tracing::info!(%error, "no keyring accepts tokens; they are stored in a file");
                self.folder.save(key, text)
            }
        }
    }

    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError> {
        if self.is_in_keyring(key) {
            ask(key, |entry| match entry.delete_credential() {
                Err(keyring::Error::NoEntry) => Ok(()),
                other => other,
            })?;
        }
        self.folder.remove(key)
    }

    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError> {
        self.folder.try_lock(key)
    }
}

/// Asks the keyring on a thread that can be abandoned.
fn ask<T: Send + 'static>(
    key: &TokenKey,
    question: impl FnOnce(Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let name = key.name().to_owned();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let answer = Entry::new(SERVICE, &name).and_then(question);
        // The receiver may have given up.
        let _ = sender.send(answer);
    });
    match receiver.recv_timeout(ANSWER) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(trouble(reason(&error))),
        Err(_) => Err(trouble(format!("no answer within {} s", ANSWER.as_secs()))),
    }
}

fn trouble(reason: String) -> StoreError {
    StoreError::Access { place: "the keyring".to_owned(), reason }
}

/// Errors about the stored form contain the secret, so they are not shown.
fn reason(error: &keyring::Error) -> String {
    match error {
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => "its entry is malformed".to_owned(),
        other => other.to_string(),
    }
}
