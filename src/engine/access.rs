//! A given token → whose it is, and for which client's cameras it speaks. Asked by the server for every connection and HTTP
//! request.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::store::{Kind, Role, Token};

/// The document that says which token a client's id belongs to: the time when that token was made.
const CLIENTS: &str = "clients";
/// Clients remembered: with one more, a token that may only push owns no new one.
const MAX_CLIENTS: usize = 1_000;

impl Engine {
    /// Whose token this is; `None` for no token of this server.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn find_token(&self, text: String) -> Result<Option<Token>, EngineError> {
        self.blocking(move |shared| Ok(shared.database.find_token(&text)?)).await
    }

    /// At the first start: the admin token, and where it was written. `None` where there is any token.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn first_admin_token(&self) -> Result<Option<(String, PathBuf)>, EngineError> {
        self.blocking(|shared| Ok(shared.database.first_admin_token(Timestamp::now())?)).await
    }

    /// Whether a token speaks for a client's cameras. A client's id belongs to the token that came with it first, while that
    /// token exists; an admin's token takes it from one that may only push. To be called by one at a time.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn claim_client(&self, client: &str, token: &Token) -> Result<bool, EngineError> {
        if !matches!(token.role, Role::Push | Role::Admin) {
            return Ok(false);
        }
        let (client, token) = (client.to_owned(), token.clone());
        self.blocking(move |shared| {
            let database = &shared.database;
            let mut clients: BTreeMap<String, Timestamp> =
                database.document(Kind::Setting, CLIENTS)?.unwrap_or_default();
            let tokens = database.tokens()?;
            let owner = clients.get(&client).and_then(|made| tokens.iter().find(|t| t.created == *made));
            let admin = token.role == Role::Admin;
            match owner {
                Some(owner) if owner.id == token.id => return Ok(true),
                Some(owner) if !admin || owner.role == Role::Admin => return Ok(admin),
                _ => {}
            }
            clients.retain(|_, made| tokens.iter().any(|t| t.created == *made));
            if clients.len() >= MAX_CLIENTS {
                return Ok(admin);
            }
            clients.insert(client, token.created);
            database.put_document(Kind::Setting, CLIENTS, &clients)?;
            Ok(true)
        })
        .await
    }
}
