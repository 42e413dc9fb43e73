//! What the server and commands ask of the engine beside pictures: whose token this is, and what is still to learn.

use super::{Engine, EngineError};
use crate::store::Token;

impl Engine {
    /// Whose token this is; `None` for no token of this server.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn find_token(&self, text: String) -> Result<Option<Token>, EngineError> {
        self.blocking(move |shared| Ok(shared.database.find_token(&text)?)).await
    }

    /// Photos under `faces/` that are not learned yet.
    #[must_use]
    pub fn photos_to_learn(&self) -> usize {
        self.shared.state().to_learn
    }
}
