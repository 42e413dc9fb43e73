//! A given token → whose it is. Asked by the server for every connection and HTTP request.

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
}
