//! Reads the part of an entry that says how to sign in: `auth`, or `oauth` as some hosts call it.

use callbox_bindings::internal::json_type;
use serde_json::{Map, Value};

use super::Entry;
use crate::config::{AuthConfig, GrantKind, Secret};
use crate::error::EntryError;

/// The names of this part; the first one present is used.
const NAMES: [&str; 2] = ["auth", "oauth"];

/// Known fields, some under the names that other hosts use.
const KNOWN: [&str; 12] = [
    "type",
    "grant",
    "clientId",
    "client_id",
    "CLIENT_ID",
    "clientSecret",
    "client_secret",
    "CLIENT_SECRET",
    "clientMetadataUrl",
    "scopes",
    "callbackPort",
    "allowPrivateAddresses",
];

impl Entry<'_> {
    /// Returns how to sign in, if the entry says so.
    pub(super) fn auth(&self) -> Result<Option<AuthConfig>, EntryError> {
        match self.auth_value() {
            None | Some((_, Value::Null)) => Ok(None),
            Some((_, Value::String(kind))) if kind == "oauth" => Ok(Some(AuthConfig::default())),
            Some((name, Value::Object(fields))) => Part { entry: self, name, fields }.read().map(Some),
            Some((name, other)) => Err(self.shape(name, "`\"oauth\"` or an object", json_type(other))),
        }
    }

    /// Returns the ignored fields in it.
    pub(super) fn unknown_of_auth(&self) -> Vec<String> {
        let Some((name, Value::Object(fields))) = self.auth_value() else { return Vec::new() };
        let unknown = fields.keys().filter(|key| !KNOWN.contains(&key.as_str()));
        unknown.map(|key| format!("{name}.{key}")).collect()
    }

    fn auth_value(&self) -> Option<(&'static str, &Value)> {
        NAMES.iter().find_map(|name| Some((*name, self.fields.get(*name)?)))
    }
}

struct Part<'a> {
    entry: &'a Entry<'a>,
    name: &'static str,
    fields: &'a Map<String, Value>,
}

impl Part<'_> {
    fn read(&self) -> Result<AuthConfig, EntryError> {
        self.check_kind()?;
        let config = AuthConfig {
            grant: self.grant()?,
            client_id: self.text(&["clientId", "client_id", "CLIENT_ID"])?,
            client_secret: self.text(&["clientSecret", "client_secret", "CLIENT_SECRET"])?.map(Secret::new),
            client_metadata_url: self.metadata_url()?,
            scopes: self.scopes()?,
            callback_port: self.port()?,
            private_addresses: self.fields.get("allowPrivateAddresses") == Some(&Value::Bool(true)),
        };
        self.check_whole(config)
    }

    fn check_kind(&self) -> Result<(), EntryError> {
        match self.fields.get("type") {
            None => Ok(()),
            Some(Value::String(kind)) if kind == "oauth" => Ok(()),
            Some(Value::String(other)) => Err(self.shape("type", "`oauth`", format!("`{other}`"))),
            Some(other) => Err(self.shape("type", "`oauth`", json_type(other))),
        }
    }

    fn grant(&self) -> Result<GrantKind, EntryError> {
        match self.text(&["grant"])?.as_deref() {
            None | Some("authorization_code") => Ok(GrantKind::AuthorizationCode),
            Some("client_credentials") => Ok(GrantKind::ClientCredentials),
            Some(other) => {
                Err(self.shape("grant", "`authorization_code` or `client_credentials`", format!("`{other}`")))
            }
        }
    }

    /// Returns the first of the names that is present, with placeholders replaced; an empty text counts as absent.
    fn text(&self, names: &[&str]) -> Result<Option<String>, EntryError> {
        let Some((name, value)) = names.iter().find_map(|name| Some((*name, self.fields.get(*name)?))) else {
            return Ok(None);
        };
        match value {
            Value::Null => Ok(None),
            Value::String(text) => {
                let text = self.entry.expand(&format!("{}.{name}", self.name), text)?;
                Ok(Some(text).filter(|text| !text.trim().is_empty()))
            }
            other => Err(self.shape(name, "a string", json_type(other))),
        }
    }

    fn metadata_url(&self) -> Result<Option<String>, EntryError> {
        let Some(text) = self.text(&["clientMetadataUrl"])? else { return Ok(None) };
        match reqwest::Url::parse(&text) {
            Ok(url) if url.scheme() == "https" && url.path() != "/" => Ok(Some(text)),
            _ => Err(self.shape("clientMetadataUrl", "an https address with a path", "other text")),
        }
    }

    /// Reads an array, or one text with spaces between the scopes.
    fn scopes(&self) -> Result<Vec<String>, EntryError> {
        let expected = "an array of scopes";
        let texts = match self.fields.get("scopes") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => vec![self.entry.expand("scopes", text)?],
            Some(Value::Array(items)) => {
                let each = items.iter().map(|item| match item {
                    Value::String(text) => self.entry.expand("scopes", text),
                    other => Err(self.shape("scopes", expected, json_type(other))),
                });
                each.collect::<Result<_, _>>()?
            }
            Some(other) => return Err(self.shape("scopes", expected, json_type(other))),
        };
        Ok(texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect())
    }

    fn port(&self) -> Result<Option<u16>, EntryError> {
        match self.fields.get("callbackPort") {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let port = value.as_u64().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
                let expected = "a port from 1 to 65535";
                port.map(Some).ok_or_else(|| self.shape("callbackPort", expected, json_type(value)))
            }
        }
    }

    fn check_whole(&self, config: AuthConfig) -> Result<AuthConfig, EntryError> {
        let by_itself = config.grant == GrantKind::ClientCredentials;
        if config.client_id.is_none() && (by_itself || config.client_secret.is_some()) {
            return Err(self.shape("clientId", "the identifier that goes with `clientSecret`", "nothing"));
        }
        if config.client_secret.is_none() && by_itself {
            return Err(self.shape("clientSecret", "the secret that `client_credentials` needs", "nothing"));
        }
        Ok(config)
    }

    fn shape(&self, field: &str, expected: &'static str, found: impl Into<String>) -> EntryError {
        self.entry.shape(&format!("{}.{field}", self.name), expected, found)
    }
}
