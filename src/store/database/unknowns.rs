//! Unknown people: what `people::strangers` decided, and their faces' pictures.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Cursor, Database, Page, Tx, each, from_blob, page, page_length, to_blob, to_time};
use crate::people::{Attention, Stranger, StrangerFace, UnknownId};
use crate::store::StoreError;
use crate::vision::Embedding;

/// An unknown person, for lists.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownRow {
    /// Without their faces.
    pub stranger: Stranger,
    /// Camera of the last picture.
    pub camera: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NewUnknownFace {
    /// From [`crate::people::Noticed::kept_face`].
    pub number: u32,
    pub at: Timestamp,
    /// Overall quality, 0..1.
    pub quality: f32,
    pub model: Arc<str>,
    pub embedding: Embedding,
    pub crop: Option<Arc<[u8]>>,
}

/// So many alerts about one unknown person keep their picture.
const MAX_ALERTS: u32 = 20;

/// Of those who are there. `ignored` is 1 for who is ignored, and 2 more for who is set aside: shown and recognised nowhere, until
/// they are put back or forgotten.
const THERE: &str = "ignored < 2";
const COLUMNS: &str = "id, first_seen, last_seen, times_seen, ignored, camera";

impl Database {
    /// Everybody with the faces that `model` described: for [`crate::people::Strangers::restore`].
    pub fn strangers(&self, model: &str) -> Result<Vec<Stranger>, StoreError> {
        self.strangers_who(THERE, model)
    }

    /// Those who are set aside.
    pub fn strangers_aside(&self, model: &str) -> Result<Vec<Stranger>, StoreError> {
        self.strangers_who("ignored >= 2", model)
    }

    fn strangers_who(&self, are: &str, model: &str) -> Result<Vec<Stranger>, StoreError> {
        let of_one =
            "SELECT number, quality, embedding FROM unknown_face WHERE unknown = ?1 AND model = ?2 ORDER BY number";
        let mut strangers = Vec::new();
        for UnknownRow { stranger, .. } in
            self.rows("unknown person", &format!("SELECT {COLUMNS} FROM unknown WHERE {are}"), [], info)?
        {
            let faces = self.rows("face of an unknown person", of_one, [&*stranger.id.0, model], |row| {
                let embedding = from_blob(&row.get::<_, Vec<u8>>(2)?)?;
                Ok(StrangerFace { number: row.get(0)?, embedding, quality: row.get(1)? })
            })?;
            strangers.push(Stranger { faces, ..stranger });
        }
        Ok(strangers)
    }

    /// A page of unknown people, last seen first; the ignored ones too.
    pub fn unknowns(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<UnknownRow>, StoreError> {
        let limit = page_length(limit);
        let (before, id) = match cursor {
            None => (i64::MAX, String::new()),
            Some(cursor) => {
                let bad = || StoreError::BadCursor(cursor.0.clone());
                let (at, id) = cursor.0.split_once('-').ok_or_else(bad)?;
                (at.parse().map_err(|_| bad())?, id.to_owned())
            }
        };
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM unknown WHERE {THERE} AND (last_seen, id) < (?1, ?2) ORDER BY last_seen DESC, id DESC LIMIT ?3"
        ))?;
        let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let found = each("unknown person", &mut statement.query(params![before, id, wanted])?, info)?;
        Ok(page(found, limit, |last| {
            Cursor(format!("{}-{}", last.stranger.last_seen.as_microsecond(), last.stranger.id))
        }))
    }

    pub fn unknown(&self, id: &UnknownId) -> Result<Option<UnknownRow>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached(&format!("SELECT {COLUMNS} FROM unknown WHERE {THERE} AND id = ?1"))?;
        let mut rows = statement.query([&id.0])?;
        rows.next()?.map(info).transpose()
    }

    /// The pictures of an unknown person's faces that are kept, JPEG, best first, each with its number.
    pub fn unknown_pictures(&self, id: &UnknownId) -> Result<Vec<(u32, Vec<u8>)>, StoreError> {
        let best_first = format!(
            "SELECT number, crop FROM unknown_face WHERE unknown = (SELECT id FROM unknown WHERE {THERE} AND id = ?1)
             AND crop IS NOT NULL ORDER BY quality DESC, number"
        );
        self.rows("face of an unknown person", &best_first, [&id.0], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The picture by which somebody was told of an unknown person at this moment, JPEG.
    pub fn unknown_alert(&self, id: &UnknownId, at: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        let alert = format!(
            "SELECT crop FROM unknown_alert WHERE unknown = (SELECT id FROM unknown WHERE {THERE} AND id = ?1) AND at = ?2"
        );
        self.bytes(&alert, params![id.0, at.as_microsecond()])
    }
}

impl Tx<'_> {
    /// Keeps the picture by which somebody is told of an unknown person, and of each the newest [`MAX_ALERTS`] only.
    pub fn save_unknown_alert(&self, id: &UnknownId, at: Timestamp, crop: &[u8]) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT OR REPLACE INTO unknown_alert (unknown, at, crop) VALUES (?1, ?2, ?3)",
            params![id.0, at.as_microsecond(), crop],
        )?;
        self.0.execute(
            "DELETE FROM unknown_alert WHERE unknown = ?1 AND at NOT IN
             (SELECT at FROM unknown_alert WHERE unknown = ?1 ORDER BY at DESC LIMIT ?2)",
            params![id.0, MAX_ALERTS],
        )?;
        Ok(())
    }

    /// Keeps what became of an unknown face: the stranger as they are now, last seen by `camera`, perhaps a face, and who and
    /// what had to go for them.
    /// All of it or, where SQLite refuses, nothing.
    pub fn save_unknown(
        &self,
        stranger: &Stranger,
        camera: &str,
        new_face: Option<&NewUnknownFace>,
        dropped_strangers: &[UnknownId],
    ) -> Result<(), StoreError> {
        let (tx, id) = (self.0, &stranger.id.0);
        let (first, last) = (stranger.first_seen.as_microsecond(), stranger.last_seen.as_microsecond());
        let (times, ignored) = (stranger.times_seen, stranger.attention == Attention::Ignored);
        tx.prepare_cached(
            "INSERT INTO unknown (id, first_seen, last_seen, times_seen, ignored, camera) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET first_seen = ?2, last_seen = ?3, times_seen = ?4, ignored = ?5, camera = ?6",
        )?
        .execute(params![id, first, last, times, ignored, camera])?;
        if let Some(face) = new_face {
            let NewUnknownFace { number, quality, model, .. } = face;
            let (at, embedding, crop) = (face.at.as_microsecond(), to_blob(&face.embedding), face.crop.as_deref());
            tx.execute(
                "INSERT OR REPLACE INTO unknown_face (unknown, number, at, camera, quality, model, embedding, crop)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![id, number, at, camera, quality, model, embedding, crop],
            )?;
            // Whatever the stranger does not have any more.
            let mut stored = tx.prepare_cached("SELECT number FROM unknown_face WHERE unknown = ?1 AND model = ?2")?;
            let numbers = stored.query_map([&*stranger.id.0, &face.model], |row| row.get::<_, u32>(0))?;
            for number in numbers.collect::<Result<Vec<_>, _>>()? {
                if !stranger.faces.iter().any(|f| f.number == number) {
                    tx.execute("DELETE FROM unknown_face WHERE unknown = ?1 AND number = ?2", params![id, number])?;
                }
            }
        }
        for id in dropped_strangers {
            tx.execute("DELETE FROM unknown WHERE id = ?1", [&id.0])?;
        }
        Ok(())
    }

    /// Reports an unknown person never again, or again; `false` where there is none of that id.
    pub fn set_attention(&self, id: &UnknownId, attention: Attention) -> Result<bool, StoreError> {
        let ignored = attention == Attention::Ignored;
        Ok(self.0.execute("UPDATE unknown SET ignored = ?2 WHERE id = ?1", params![id.0, ignored])? > 0)
    }

    /// Shows an unknown person nowhere until they are put back or forgotten.
    pub fn set_unknown_aside(&self, id: &UnknownId) -> Result<(), StoreError> {
        self.0.execute("UPDATE unknown SET ignored = ignored | 2 WHERE id = ?1", [&id.0])?;
        Ok(())
    }

    /// An unknown person who was set aside is there again, as they were.
    pub fn put_unknown_back(&self, id: &UnknownId) -> Result<(), StoreError> {
        self.0.execute("UPDATE unknown SET ignored = ignored & 1 WHERE id = ?1", [&id.0])?;
        Ok(())
    }

    /// Forgets an unknown person with all faces; `false` where there is none of that id.
    pub fn delete_unknown(&self, id: &UnknownId) -> Result<bool, StoreError> {
        self.forgets();
        Ok(self.0.execute("DELETE FROM unknown WHERE id = ?1", [&id.0])? > 0)
    }
}

fn info(row: &Row<'_>) -> Result<UnknownRow, StoreError> {
    let stranger = Stranger {
        id: UnknownId(row.get(0)?),
        first_seen: to_time(row.get(1)?)?,
        last_seen: to_time(row.get(2)?)?,
        times_seen: row.get(3)?,
        attention: if row.get::<_, i64>(4)? & 1 == 1 { Attention::Ignored } else { Attention::Reported },
        faces: Vec::new(),
    };
    Ok(UnknownRow { stranger, camera: row.get(5)? })
}
