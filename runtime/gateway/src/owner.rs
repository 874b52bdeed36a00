//! The owner of something that a gateway stores.

/// A principal and, where the protocol has sessions, its session. Two owners are equal only if both parts are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    principal: String,
    session: Option<String>,
}

impl Owner {
    pub(crate) fn new(principal: &str, session: Option<&str>) -> Self {
        Self { principal: principal.to_owned(), session: session.map(str::to_owned) }
    }

    /// Returns the principal whose share of the common limits it counts against.
    pub(crate) fn principal(&self) -> &str {
        &self.principal
    }

    /// Returns the bytes that its names take.
    pub(crate) fn bytes(&self) -> usize {
        self.principal.len() + self.session.as_ref().map_or(0, String::len)
    }
}

#[cfg(test)]
mod tests {
    use super::Owner;

    #[test]
    fn a_name_with_a_slash_is_nobody_elses_session() {
        assert_ne!(Owner::new("a/b", None), Owner::new("a", Some("b")));
        assert_ne!(Owner::new("a/b", Some("c")), Owner::new("a", Some("b/c")));
    }
}
