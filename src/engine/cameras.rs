//! Cameras and settings of the home: told by clients, kept, and told to everybody.

use super::types::{CameraId, CameraSettings, CameraState, Event, PictureBytes, Settings};
use super::{Engine, EngineError, keeping};

impl Engine {
    /// Takes up settings of cameras; others stay as they are.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn configure_cameras(&self, cameras: Vec<CameraSettings>) -> Result<Vec<CameraState>, EngineError> {
        self.blocking(move |shared| {
            let mut states = Vec::with_capacity(cameras.len());
            for settings in cameras {
                keeping::keep_camera(&shared.database, &settings)?;
                let mut state = shared.state();
                let id = settings.id.clone();
                let changed = state.cameras.get(&id).is_none_or(|c| c.settings != settings);
                state.camera(&id).settings = settings;
                let now = state.camera_state(&id);
                drop(state);
                if changed {
                    shared.tell(|state| state.cameras_changed([&id]));
                }
                states.extend(now);
            }
            Ok(states)
        })
        .await
    }

    /// All cameras known, by id.
    #[must_use]
    pub fn cameras(&self) -> Vec<CameraState> {
        self.shared.state().camera_states()
    }

    /// A camera's last picture with a face, boxes and names drawn on it, JPEG.
    #[must_use]
    pub fn annotated(&self, camera: &CameraId) -> Option<PictureBytes> {
        self.shared.state().cameras.get(camera)?.annotated.clone()
    }

    /// The home's settings.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.shared.state().settings
    }

    /// Changes the home's settings.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings, EngineError> {
        self.blocking(move |shared| {
            keeping::keep_settings(&shared.database, &settings)?;
            shared.tell(|state| {
                state.settings = settings;
                vec![Event::SettingsChanged(settings)]
            });
            Ok(settings)
        })
        .await
    }
}
