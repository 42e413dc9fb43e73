//! Pictures that would widen somebody's photos: what `people::proposals` decided, with the pictures.

use rusqlite::params;

use super::{Database, Tx, bad, from_blob, to_blob, to_time};
use crate::people::{PersonId, Proposal, ProposalId};
use crate::store::StoreError;

impl Database {
    /// All that `model` described, oldest first: for [`crate::people::Proposals::restore`].
    pub fn proposals(&self, model: &str) -> Result<Vec<Proposal>, StoreError> {
        let of_model =
            "SELECT id, person, sighting, at, camera, shows, embedding, reliability, picture IS NULL FROM proposal
                        WHERE model = ?1 ORDER BY at, id";
        self.rows("proposal", of_model, [model], |row| {
            Ok(Proposal {
                id: ProposalId(row.get(0)?),
                person: PersonId(row.get(1)?),
                sighting: row.get(2)?,
                at: to_time(row.get(3)?)?,
                camera: row.get(4)?,
                shows: serde_json::from_str(&row.get::<_, String>(5)?).map_err(bad("proposal"))?,
                embedding: from_blob(&row.get::<_, Vec<u8>>(6)?)?,
                reliability: row.get(7)?,
                declined: row.get(8)?,
            })
        })
    }

    /// A proposed picture, JPEG; `None` where it was declined.
    pub fn proposal_picture(&self, id: &ProposalId) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes("SELECT picture FROM proposal WHERE id = ?1", [&id.0])
    }
}

impl Tx<'_> {
    pub fn put_proposal(&self, proposal: &Proposal, model: &str, picture: &[u8]) -> Result<(), StoreError> {
        let shows = serde_json::to_string(&proposal.shows).map_err(bad("proposal"))?;
        let mut put = self.0.prepare_cached(
            "INSERT OR REPLACE INTO proposal (id, person, sighting, at, camera, shows, model, embedding, reliability, picture)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        let Proposal { sighting, camera, reliability, .. } = proposal;
        let (id, person, at) = (&proposal.id.0, &proposal.person.0, proposal.at.as_microsecond());
        let embedding = to_blob(&proposal.embedding);
        put.execute(params![id, person, sighting, at, camera, shows, model, embedding, reliability, picture])?;
        Ok(())
    }

    /// Forgets the pictures of what nobody wants.
    pub fn decline_proposals(&self, ids: &[ProposalId]) -> Result<(), StoreError> {
        self.forgets();
        let mut decline = self.0.prepare_cached("UPDATE proposal SET picture = NULL WHERE id = ?1")?;
        ids.iter().try_for_each(|id| decline.execute([&id.0]).map(drop))?;
        Ok(())
    }

    pub fn forget_proposals(&self, ids: &[ProposalId]) -> Result<(), StoreError> {
        self.forgets();
        let mut forget = self.0.prepare_cached("DELETE FROM proposal WHERE id = ?1")?;
        ids.iter().try_for_each(|id| forget.execute([&id.0]).map(drop))?;
        Ok(())
    }
}
