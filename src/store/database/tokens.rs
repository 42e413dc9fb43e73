//! Named tokens, each with a role. Only the SHA-256 of a token is kept: 256 random bits need no slower hash.

use std::collections::HashMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{Display, EnumString};
use subtle::ConstantTimeEq;

use super::{Database, from_word, to_time};
use crate::store::atomic::{self, Access};
use crate::store::{StoreError, io_error};

/// Where the first token is written, in the data folder, for the person who set the server up.
pub const FIRST_TOKEN_FILE: &str = "admin-token";
const FIRST_TOKEN_NAME: &str = "admin";
/// Clients remembered: with one more, a token that may only push owns no new one.
const MAX_CLIENTS: i64 = 1_000;
/// Clients that a token that may only push can own.
pub const MAX_CLIENTS_OF_PUSHING: i64 = 20;

/// What a token may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ValueEnum, Display, EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Only set off configured cameras (`/motion-detected`), for hooks that cannot send headers
    Trigger,
    /// Push pictures and configure the pushing client's cameras
    Push,
    /// See people, presence, sightings and events; ask about pictures; change nothing
    Read,
    /// Everything; what Home Assistant needs
    Admin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: i64,
    pub name: String,
    pub role: Role,
    pub created: Timestamp,
    /// It lets nobody in from then on.
    pub expires: Option<Timestamp>,
    /// When it last let somebody in, to the minute.
    pub last_used: Option<Timestamp>,
}

impl Token {
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

impl Database {
    /// Makes a token; its text is shown this once. A name that exists gets the new token, and the old one ends.
    pub fn create_token(
        &self,
        name: &str,
        role: Role,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let text = random_token()?;
        self.add_token(name, role, &text, expires, now)?;
        Ok(text)
    }

    /// Gives a token another text, which is shown this once: the old one ends, and so do connections with it. Where it expires,
    /// it does so as long after this as it did after it was made.
    pub fn renew_token(&self, token: &Token, now: Timestamp) -> Result<String, StoreError> {
        let text = random_token()?;
        let hash = Sha256::digest(text.as_bytes());
        self.write(|tx| {
            let renew = "UPDATE token SET sha256 = ?2, expires = expires - created + ?3, created = ?3 WHERE id = ?1";
            Ok(tx.0.execute(renew, params![token.id, hash.as_slice(), now.as_microsecond()])?)
        })?;
        Ok(text)
    }

    /// At the first start: makes an `admin` token and writes it to [`FIRST_TOKEN_FILE`] (0600). `None` where there is any
    /// token, or no data folder to write to.
    pub fn first_admin_token(&self, now: Timestamp) -> Result<Option<(String, PathBuf)>, StoreError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        if !self.tokens()?.is_empty() {
            return Ok(None);
        }
        let (text, path) = (random_token()?, folder.join(FIRST_TOKEN_FILE));
        if path.exists() {
            tracing::warn!(
                path = %path.display(),
                "there was a first token before, but the database knows none: it was lost or taken away; bring it back from a \
                 backup, or pair every client anew"
            );
        }
        // The file first: a crash in between leaves a token that does not work yet, and the next start writes another one.
        atomic::write(&path, format!("{text}\n").as_bytes(), Access::Private)?;
        self.add_token(FIRST_TOKEN_NAME, Role::Admin, &text, None, now)?;
        Ok(Some((text, path)))
    }

    /// The first token again, while its file is there and it still lets an admin in.
    pub fn kept_admin_token(&self) -> Result<Option<String>, StoreError> {
        let kept = self.folder.as_ref().and_then(|folder| std::fs::read_to_string(folder.join(FIRST_TOKEN_FILE)).ok());
        let Some(text) = kept.map(|text| text.trim().to_owned()) else { return Ok(None) };
        Ok(self.find_token(&text, Timestamp::now())?.filter(|token| token.role == Role::Admin).map(|_| text))
    }

    /// Whether a client that brings cameras, as Home Assistant does, has ever logged in.
    pub fn has_clients(&self) -> Result<bool, StoreError> {
        let clients: i64 = self.connection().query_row("SELECT count(*) FROM client", [], |row| row.get(0))?;
        Ok(clients > 0)
    }

    /// Whose token this is, unless it has expired. Takes as long for a wrong one as for a right one.
    pub fn find_token(&self, text: &str, now: Timestamp) -> Result<Option<Token>, StoreError> {
        let wanted = Sha256::digest(text.as_bytes());
        let mut found = None;
        for (hash, token) in self.hashed_tokens()? {
            if bool::from(hash.as_slice().ct_eq(wanted.as_slice())) {
                found = Some(token);
            }
        }
        Ok(found.filter(|token| !token.has_expired(now)))
    }

    /// Writes down that a token has let somebody in.
    pub fn token_used(&self, token: i64, at: Timestamp) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.0.execute("UPDATE token SET last_used = ?2 WHERE id = ?1", params![token, at.as_microsecond()])?;
            Ok(())
        })
    }

    /// All tokens, oldest first.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        Ok(self.hashed_tokens()?.into_iter().map(|(_, token)| token).collect())
    }

    /// Ends a token; `false` where there is none of that id.
    pub fn delete_token(&self, id: i64) -> Result<bool, StoreError> {
        self.write(|tx| Ok(tx.0.execute("DELETE FROM token WHERE id = ?1", [id])? > 0))
    }

    /// Whether a token speaks for a client's cameras. A client's id belongs to the token that came with it first, while that
    /// token exists; an admin's token takes it from one that may only push. Where that cannot be written down, it holds for
    /// this time.
    pub fn claim_client(&self, client: &str, token: &Token) -> Result<bool, StoreError> {
        if !matches!(token.role, Role::Push | Role::Admin) {
            return Ok(false);
        }
        if let Some(owns) = owns(&self.connection(), client, token)? {
            return Ok(owns);
        }
        let claimed = self.write(|tx| {
            // Of two who come together only one is the first.
            if let Some(owns) = owns(tx.0, client, token)? {
                return Ok(owns);
            }
            let (all, own): (i64, i64) =
                tx.0.query_row("SELECT count(*), count(*) FILTER (WHERE token = ?1) FROM client", [token.id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            if all >= MAX_CLIENTS || (token.role == Role::Push && own >= MAX_CLIENTS_OF_PUSHING) {
                return Ok(token.role == Role::Admin);
            }
            tx.0.execute("INSERT OR REPLACE INTO client VALUES (?1, ?2)", params![client, token.id])?;
            Ok(true)
        });
        Ok(claimed.unwrap_or_else(|error| {
            tracing::warn!(client, %error, "which token these cameras belong to could not be stored");
            true
        }))
    }

    /// Whose the clients' ids are: the tokens' ids.
    pub fn clients(&self) -> Result<HashMap<String, i64>, StoreError> {
        let clients = self.rows("client", "SELECT id, token FROM client", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(clients.into_iter().collect())
    }

    fn hashed_tokens(&self) -> Result<Vec<(Vec<u8>, Token)>, StoreError> {
        let all = "SELECT sha256, id, name, role, created, expires, last_used FROM token ORDER BY id";
        self.rows("token, which lets nobody in", all, [], |row| {
            let (name, role): (String, String) = (row.get(2)?, row.get(3)?);
            let time = |column| row.get::<_, Option<i64>>(column)?.map(to_time).transpose();
            let token = from_word("role", &role).and_then(|role| {
                Ok(Token {
                    id: row.get(1)?,
                    name: name.clone(),
                    role,
                    created: to_time(row.get(4)?)?,
                    expires: time(5)?,
                    last_used: time(6)?,
                })
            });
            let named = |e: StoreError| StoreError::BadStored { what: "token", reason: format!("{name}: {e}") };
            Ok((row.get(0)?, token.map_err(named)?))
        })
    }

    fn add_token(
        &self,
        name: &str,
        role: Role,
        text: &str,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (role, hash) = (role.to_string(), Sha256::digest(text.as_bytes()));
        let (created, expires) = (now.as_microsecond(), expires.map(Timestamp::as_microsecond));
        self.write(|tx| {
            let add = "INSERT OR REPLACE INTO token (name, role, sha256, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
            tx.0.execute(add, params![name, role, hash.as_slice(), created, expires])?;
            Ok(())
        })
    }
}

/// Whether a client's id is this token's; `None` where it can be claimed.
fn owns(connection: &Connection, client: &str, token: &Token) -> Result<Option<bool>, StoreError> {
    let mut owner = connection
        .prepare_cached("SELECT token.id, role FROM client JOIN token ON token.id = token WHERE client.id = ?1")?;
    let owner = owner.query_row([client], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).optional()?;
    let admin = token.role == Role::Admin;
    Ok(match owner {
        Some((id, _)) if id == token.id => Some(true),
        Some((_, role)) if !admin || role == Role::Admin.to_string() => Some(admin),
        _ => None,
    })
}

fn random_token() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| io_error("read", "the system's randomness")(std::io::Error::other(e.to_string())))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_the_same_words_everywhere() {
        for role in Role::value_variants() {
            assert_eq!(serde_json::to_value(role).expect("is JSON"), role.to_string());
            assert_eq!(role.to_possible_value().expect("is shown").get_name(), role.to_string());
        }
    }
}
