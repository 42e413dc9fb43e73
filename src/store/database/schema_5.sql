-- What the faces of all sightings look like, read without their pictures: "have we seen this person?"
CREATE INDEX sighting_face ON sighting (model, id, reliability, embedding);
