//! Everybody who is known, with their photos → one file, as it is written. Called by the engine, which has asked the home who
//! there is.

use std::io::{self, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use super::error::EngineError;
use super::owner::Orders;
use crate::people::PersonId;
use crate::store::archive::{Contents, ListedPerson, Writer};
use crate::store::{PersonFolder, PhotoFile, StoreError, read_photo};

/// What is about to be written.
pub struct Export {
    root: PathBuf,
    home: Orders,
    contents: Contents,
    /// Each with the folder it is in.
    photos: Vec<(PersonId, String, PhotoFile)>,
}

impl Export {
    /// `people` with how long they stay present, where that is set for them. [`StoreError::FacesAway`] while somebody's photos
    /// are out of reach.
    pub(super) fn of(
        people: Vec<(PersonFolder, Option<u32>)>,
        root: PathBuf,
        home: Orders,
    ) -> Result<Self, EngineError> {
        let missing = people.iter().filter(|(person, _)| person.waiting.is_some()).count();
        if missing > 0 {
            return Err(StoreError::FacesAway { root, missing, known: people.len() }.into());
        }
        let (mut listed, mut photos) = (Vec::new(), Vec::new());
        for (person, presence_timeout_s) in people {
            let PersonFolder { id, name, folder, photos: theirs, .. } = person;
            let folder = folder.to_string_lossy().into_owned();
            let accepted = theirs.iter().filter(|photo| photo.accepted).map(|photo| photo.id.clone()).collect();
            photos.extend(theirs.into_iter().map(|photo| (id.clone(), folder.clone(), photo)));
            listed.push(ListedPerson { id, name, folder, presence_timeout_s, accepted });
        }
        Ok(Self { root, home, contents: Contents::new(listed, Timestamp::now()), photos })
    }

    /// How many people and photos there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.contents.people.len(), self.photos.len())
    }

    /// Writes it, and blocks meanwhile. A photo that is deleted before its turn is left out; one that cannot be read is an error.
    pub fn write(self, to: impl Write) -> Result<(), EngineError> {
        let refused = |source: io::Error| {
            EngineError::from(StoreError::Io { action: "write", path: "the library's file".into(), source })
        };
        let mut writer = Writer::begin(to, &self.contents).map_err(refused)?;
        for (person, folder, photo) in self.photos {
            match read_photo(&self.root, &photo) {
                Ok(bytes) => writer.photo(&folder, &photo, &bytes).map_err(refused)?,
                Err(error) => {
                    let there = self.home.ask(move |home, _| Ok(home.photo_file(&person, photo.id).is_ok()))?;
                    if there {
                        return Err(error.into());
                    }
                }
            }
        }
        writer.end().map_err(refused)
    }
}
