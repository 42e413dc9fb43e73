//! Past sightings of people, newest first, each with a small picture of the face, until their time is over.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Row, params, params_from_iter, types::Value};

use super::documents::Kind;
use super::{Cursor, Database, Page, Tx, each, from_blob, from_word, page, page_length, to_blob, to_time};
use crate::people::{Grade, MistakenFace, PersonId, ProposalId, Spot};
use crate::store::{ChangeId, StoreError};
use crate::vision::{Embedding, Rect};

#[derive(Clone, Debug, PartialEq)]
pub struct NewSighting {
    /// When the picture was taken.
    pub at: Timestamp,
    pub camera: String,
    pub person: PersonId,
    pub grade: Grade,
    /// 0..1.
    pub probability: f32,
    pub similarity: f32,
    pub model: Arc<str>,
    pub embedding: Embedding,
    /// How much it says, 0..1.
    pub reliability: f32,
    pub crop: Option<Arc<[u8]>>,
    /// Where it was, in fractions of the picture's width and height.
    pub place: Rect,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SightingRow {
    /// Rises with each, never used again.
    pub id: i64,
    /// When the picture was taken.
    pub at: Timestamp,
    pub camera: String,
    pub person: PersonId,
    pub grade: Grade,
    /// 0..1.
    pub probability: f32,
    pub similarity: f32,
    pub correction: Option<Correction>,
    /// Whether there is a picture.
    pub has_crop: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// It was not them; who it was is not known, or nobody enrolled.
    NotThem,
    SomebodyElse(PersonId),
    /// It was a picture of them, or of whomever: nobody was there.
    NotAPerson,
}

/// `corrected` of a sighting that was [`Correction::NotAPerson`]; 1 of others that were wrong.
const NOT_A_PERSON: i64 = 2;

/// Which past sightings to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SightingQuery {
    pub person: Option<PersonId>,
    pub camera: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

const COLUMNS: &str =
    "id, at, camera, person, grade, probability, similarity, corrected, corrected_to, crop IS NOT NULL";

impl Database {
    /// The last id that a sighting was given.
    pub fn last_sighting(&self) -> Result<i64, StoreError> {
        let connection = self.connection();
        let last = connection.query_row(
            "SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = 'sighting'",
            [],
            |row| row.get::<_, Option<i64>>(0),
        )?;
        // What counts is broken where a sighting is newer.
        let newest = connection.query_row("SELECT max(id) FROM sighting", [], |row| row.get::<_, Option<i64>>(0))?;
        Ok(last.max(newest).unwrap_or(0))
    }

    pub fn sighting(&self, id: i64) -> Result<Option<SightingRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM sighting WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(sighting).transpose()
    }

    /// A page of sightings, newest first; from the newest on without a cursor.
    pub fn sightings(&self, query: &SightingQuery) -> Result<Page<SightingRow>, StoreError> {
        let limit = page_length(query.limit);
        // What is kept of a corrected one after its time only counts.
        let mut conditions = vec!["NOT (corrected AND crop IS NULL)"];
        let mut values = Vec::new();
        if let Some(cursor) = &query.cursor {
            let id: i64 = cursor.0.parse().map_err(|_| StoreError::BadCursor(cursor.0.clone()))?;
            conditions.push("id < ?");
            values.push(Value::from(id));
        }
        if let Some(person) = &query.person {
            conditions.push("person = ?");
            values.push(Value::from(person.0.clone()));
        }
        if let Some(camera) = &query.camera {
            conditions.push("camera = ?");
            values.push(Value::from(camera.clone()));
        }
        let conditions = conditions.join(" AND ");
        let sql = format!("SELECT {COLUMNS} FROM sighting WHERE {conditions} ORDER BY id DESC LIMIT {}", limit + 1);
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&sql)?;
        let found = each("sighting", &mut statement.query(params_from_iter(values))?, sighting)?;
        Ok(page(found, limit, |last| Cursor(last.id.to_string())))
    }

    /// The picture of a sighting, JPEG.
    pub fn sighting_crop(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes("SELECT crop FROM sighting WHERE id = ?1", [id])
    }

    /// What the face of a sighting looked like to `model`; `None` where another one described it.
    pub fn sighting_embedding(&self, id: i64, model: &str) -> Result<Option<Embedding>, StoreError> {
        let blob = self.bytes("SELECT embedding FROM sighting WHERE id = ?1 AND model = ?2", params![id, model])?;
        blob.map(|blob| from_blob(&blob)).transpose()
    }

    /// What faces of sightings looked like to `model`, and how much each says: those before `before`, newest first, `most` at a
    /// time. Read from an index, which has no pictures.
    pub fn sighting_faces(
        &self,
        model: &str,
        before: i64,
        most: usize,
    ) -> Result<Vec<(i64, Embedding, f32)>, StoreError> {
        let part =
            "SELECT id, embedding, reliability FROM sighting WHERE model = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.rows("sighting", part, params![model, before, most], |row| {
            Ok((row.get(0)?, from_blob(&row.get::<_, Vec<u8>>(1)?)?, row.get(2)?))
        })
    }

    /// The same of a person's newest sightings that nobody corrected.
    pub fn faces_of(&self, person: &PersonId, model: &str, most: usize) -> Result<Vec<(Embedding, f32)>, StoreError> {
        let newest = "SELECT embedding, reliability FROM sighting WHERE person = ?1 AND model = ?2 AND NOT corrected
                      ORDER BY id DESC LIMIT ?3";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.rows("sighting", newest, params![person.0, model, most], |row| {
            Ok((from_blob(&row.get::<_, Vec<u8>>(0)?)?, row.get(1)?))
        })
    }

    /// The faces of corrected sightings that `model` described, oldest first.
    pub fn mistaken_faces(&self, model: &str) -> Result<Vec<MistakenFace>, StoreError> {
        let wrong = "SELECT person, embedding, reliability, corrected, camera, place FROM sighting
                     WHERE corrected AND model = ?1 ORDER BY id";
        let faces = self.rows("correction", wrong, [model], |row| {
            let embedding = from_blob(&row.get::<_, Vec<u8>>(1)?)?;
            let picture_at = if row.get::<_, i64>(3)? == NOT_A_PERSON {
                let place = row.get::<_, Option<String>>(5)?.and_then(|place| serde_json::from_str(&place).ok());
                let Some(place) = place else { return Ok(None) };
                Some(Spot { camera: row.get(4)?, place })
            } else {
                None
            };
            let (person, reliability) = (PersonId(row.get(0)?), row.get(2)?);
            Ok(Some(MistakenFace { person, embedding, reliability, picture_at }))
        })?;
        Ok(faces.into_iter().flatten().collect())
    }

    /// Everybody's newest sighting that is not wrong and has a picture.
    pub fn newest_pictures(&self) -> Result<Vec<(PersonId, i64)>, StoreError> {
        let newest = "SELECT person, MAX(id) FROM sighting WHERE corrected = 0 AND crop IS NOT NULL GROUP BY person";
        self.rows("sighting", newest, [], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))
    }
}

impl Tx<'_> {
    /// Keeps a sighting under a fresh id, or raises the one that has it to a firmer grade, with the picture that did it.
    pub fn put_sighting(&self, id: i64, new: &NewSighting) -> Result<(), StoreError> {
        let mut put = self.0.prepare_cached(
            "INSERT INTO sighting (id, at, camera, person, grade, probability, similarity, model, embedding, crop, reliability, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET grade = ?5, probability = ?6, similarity = ?7, model = ?8, embedding = ?9,
             crop = coalesce(?10, crop), reliability = ?11, place = ?12",
        )?;
        let NewSighting { camera, probability, similarity, model, reliability, .. } = new;
        let (at, person, grade) = (new.at.as_microsecond(), &new.person.0, <&str>::from(new.grade));
        let (embedding, crop) = (to_blob(&new.embedding), new.crop.as_deref());
        let place = serde_json::to_string(&new.place).ok();
        put.execute(params![
            id,
            at,
            camera,
            person,
            grade,
            probability,
            similarity,
            model,
            embedding,
            crop,
            reliability,
            place
        ])?;
        Ok(())
    }

    /// Notes that a sighting was wrong, or with `None` that it was right after all; `false` where there is none of that id.
    pub fn correct_sighting(&self, id: i64, correction: Option<&Correction>) -> Result<bool, StoreError> {
        let to = match correction {
            None | Some(Correction::NotThem | Correction::NotAPerson) => None,
            Some(Correction::SomebodyElse(person)) => Some(&person.0),
        };
        let corrected = match correction {
            None => 0,
            Some(Correction::NotThem | Correction::SomebodyElse(_)) => 1,
            Some(Correction::NotAPerson) => NOT_A_PERSON,
        };
        let changed = self.0.execute(
            "UPDATE sighting SET corrected = ?2, corrected_to = ?3 WHERE id = ?1",
            params![id, corrected, to],
        )?;
        Ok(changed > 0)
    }

    /// Forgets all sightings of a person, and what they proposed.
    pub fn forget_person(&self, person: &PersonId) -> Result<(), StoreError> {
        self.forgets();
        self.0.execute("DELETE FROM document WHERE kind = 'unreadable' AND key = ?1", [&person.0])?;
        self.0.execute("DELETE FROM sighting WHERE person = ?1", [&person.0])?;
        self.0.execute("DELETE FROM proposal WHERE person = ?1", [&person.0])?;
        self.0.execute("UPDATE sighting SET corrected_to = NULL WHERE corrected_to = ?1", [&person.0])?;
        Ok(())
    }

    /// Keeps under an id which sightings are whose, before [`Tx::merge_sightings`].
    pub fn note_merge(&self, id: &ChangeId, from: &PersonId, into: &PersonId) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT OR REPLACE INTO document SELECT ?1, ?2, json_object(
                'of', (SELECT json_group_array(id) FROM sighting WHERE person = ?3),
                'said', (SELECT json_group_array(id) FROM sighting WHERE corrected_to = ?3),
                'mistakes', (SELECT json_group_array(id) FROM sighting
                             WHERE (person = ?3 AND corrected_to = ?4) OR (person = ?4 AND corrected_to = ?3)))",
            params![<&str>::from(Kind::Merged), id.0, from.0, into.0],
        )?;
        Ok(())
    }

    /// The sightings are again whose they were at [`Tx::note_merge`], and so are these proposals.
    pub fn part_sightings(
        &self,
        id: &ChangeId,
        from: &PersonId,
        into: &PersonId,
        proposals: &[ProposalId],
    ) -> Result<(), StoreError> {
        let kind = <&str>::from(Kind::Merged);
        // A list is a text within the document.
        let noted = |list: &str| {
            format!(
                "id IN (SELECT value FROM json_each((SELECT json_extract(json, '$.{list}') FROM document
                 WHERE kind = ?1 AND key = ?2)))"
            )
        };
        let of = format!("UPDATE sighting SET person = ?3 WHERE person = ?4 AND {}", noted("of"));
        self.0.execute(&of, params![kind, id.0, from.0, into.0])?;
        let said = format!("UPDATE sighting SET corrected_to = ?3 WHERE corrected_to = ?4 AND {}", noted("said"));
        self.0.execute(&said, params![kind, id.0, from.0, into.0])?;
        let mistakes = format!(
            "UPDATE sighting SET corrected = 1, corrected_to = CASE person WHEN ?3 THEN ?4 ELSE ?3 END
             WHERE corrected = 0 AND {}",
            noted("mistakes")
        );
        self.0.execute(&mistakes, params![kind, id.0, from.0, into.0])?;
        for proposal in proposals {
            let back = "UPDATE proposal SET person = ?2 WHERE id = ?1";
            self.0.execute(back, params![proposal.0, from.0])?;
        }
        Ok(())
    }

    /// The sightings of `from`, and what they proposed, are those of `into` from now on.
    pub fn merge_sightings(&self, from: &PersonId, into: &PersonId) -> Result<(), StoreError> {
        self.0.execute("UPDATE sighting SET person = ?2 WHERE person = ?1", [&from.0, &into.0])?;
        self.0.execute("UPDATE sighting SET corrected_to = ?2 WHERE corrected_to = ?1", [&from.0, &into.0])?;
        self.0.execute("UPDATE proposal SET person = ?2 WHERE person = ?1", [&from.0, &into.0])?;
        // Taking one for the other wasn't a mistake.
        self.0.execute("UPDATE sighting SET corrected = 0, corrected_to = NULL WHERE corrected_to = person", [])?;
        Ok(())
    }
}

fn sighting(row: &Row<'_>) -> Result<SightingRow, StoreError> {
    let corrected: i64 = row.get(7)?;
    let corrected_to: Option<String> = row.get(8)?;
    let correction = match (corrected, corrected_to) {
        (0, _) => None,
        (NOT_A_PERSON, _) => Some(Correction::NotAPerson),
        (_, None) => Some(Correction::NotThem),
        (_, Some(person)) => Some(Correction::SomebodyElse(PersonId(person))),
    };
    Ok(SightingRow {
        id: row.get(0)?,
        at: to_time(row.get(1)?)?,
        camera: row.get(2)?,
        person: PersonId(row.get(3)?),
        grade: from_word("grade", &row.get::<_, String>(4)?)?,
        probability: row.get(5)?,
        similarity: row.get(6)?,
        correction,
        has_crop: row.get(9)?,
    })
}
