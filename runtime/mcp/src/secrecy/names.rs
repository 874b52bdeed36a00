//! Words in a name that mark its value as secret.

use super::name_parts::parts;

/// Checks whether a field of this name is likely to hold a secret.
#[must_use]
pub fn looks_secret(name: &str) -> bool {
    let flat: String = name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SECRET_ANYWHERE.iter().any(|word| flat.contains(word))
        || parts(name).iter().any(|part| SECRET_PARTS.contains(&part.to_lowercase().as_str()))
}

/// Marks a name as secret anywhere inside it.
const SECRET_ANYWHERE: &[&str] = &[
    "apikey",
    "accesskey",
    "accountkey",
    "authentic",
    "authoriz",
    "authtoken",
    "bearer",
    "certificate",
    "cookie",
    "credential",
    "csrf",
    "jwt",
    "oauth",
    "passcode",
    "passphrase",
    "passw",
    "passwd",
    "privatekey",
    "secret",
    "session",
    "sharedkey",
    "signature",
    "token",
    "xsrf",
];

/// Marks a name as secret as one of its words; inside other words (`author`, `monkey`) they mean nothing.
const SECRET_PARTS: &[&str] = &[
    "auth", "cert", "certs", "cred", "creds", "dsn", "hash", "hmac", "key", "keys", "mfa", "nonce", "otp", "pass",
    "pem", "pin", "private", "pwd", "salt", "seed", "sid", "sig", "totp",
];

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn secret_names_are_known_in_any_spelling() {
        for name in [
            "token",
            "accessToken",
            "API_KEY",
            "apikey",
            "x-api-key",
            "password",
            "userPasswd",
            "auth",
            "Authorization",
            "set-cookie",
            "session_id",
            "clientSecret",
            "credentials",
            "privateKey",
            "key",
            "keys",
            "oauth2",
            "pwd",
            "JWT",
            "otp",
            "aws_secret_access_key",
        ] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["author", "authored_at", "monkey", "keyboard", "compass", "status", "hashtag", "spin", "title"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
