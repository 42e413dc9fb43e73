//! Every request type: who may ask it, and with what it is answered. `parse` looks here what there is, `schema` what comes of it.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::Role::{self, Admin, Push, Read, Trigger};
use super::results::{
    CamerasConfigured, CareFinding, Deleted, ListPage, Pong, ProposalsAccepted, ServerStats, Subscribed,
};
use crate::engine::{
    CameraSight, Enrolled, LibraryState, PersonState, PhotoState, ProposalState, Recognition, SearchResult, Settings,
    Sighting, SittingState, Undoable, Undone, UnknownState,
};
use crate::store::Problem;

#[derive(Debug)]
pub struct RequestType {
    pub name: &'static str,
    /// The roles that may ask this; everything else is `forbidden`.
    pub roles: &'static [Role],
    /// The schema of its result.
    pub(super) result: fn(&mut SchemaGenerator) -> Schema,
}

const fn of<T: JsonSchema>(name: &'static str, roles: &'static [Role]) -> RequestType {
    RequestType { name, roles, result: SchemaGenerator::subschema_for::<T> }
}

/// Every request type of this version, in the order of `PROTOCOL.md`. Of `recognize` the roles that may ask; fewer may observe
/// ([`super::Request::roles`]).
pub const REQUEST_TYPES: &[RequestType] = &[
    of::<Pong>("ping", &[Trigger, Push, Read, Admin]),
    of::<Recognition>("recognize", &[Push, Read, Admin]),
    of::<SearchResult>("search", &[Read, Admin]),
    of::<Enrolled>("enroll", &[Admin]),
    of::<Subscribed>("subscribe", &[Read, Admin]),
    of::<SittingState>("sittings/start", &[Admin]),
    of::<SittingState>("sittings/picture", &[Admin]),
    of::<SittingState>("sittings/get", &[Admin]),
    of::<PersonState>("sittings/accept", &[Admin]),
    of::<Deleted>("sittings/decline", &[Admin]),
    of::<ListPage<ProposalState>>("proposals/list", &[Read, Admin]),
    of::<ProposalsAccepted>("proposals/accept", &[Admin]),
    of::<Deleted>("proposals/decline", &[Admin]),
    of::<ListPage<PersonState>>("people/list", &[Read, Admin]),
    of::<PersonState>("people/rename", &[Admin]),
    of::<PersonState>("people/merge", &[Admin]),
    of::<PersonState>("people/configure", &[Admin]),
    of::<Deleted>("people/delete", &[Admin]),
    of::<ListPage<PhotoState>>("photos/list", &[Read, Admin]),
    of::<Deleted>("photos/delete", &[Admin]),
    of::<PersonState>("photos/move", &[Admin]),
    of::<PhotoState>("photos/accept", &[Admin]),
    of::<ListPage<Undoable>>("changes/list", &[Admin]),
    of::<Undone>("changes/undo", &[Admin]),
    of::<Deleted>("changes/erase", &[Admin]),
    of::<ListPage<Problem>>("problems/list", &[Read, Admin]),
    of::<ListPage<CareFinding>>("care/list", &[Read, Admin]),
    of::<LibraryState>("people/missing", &[Admin]),
    of::<ListPage<UnknownState>>("unknowns/list", &[Read, Admin]),
    of::<PersonState>("unknowns/assign", &[Admin]),
    of::<UnknownState>("unknowns/ignore", &[Admin]),
    of::<Deleted>("unknowns/delete", &[Admin]),
    of::<ListPage<Sighting>>("sightings/list", &[Read, Admin]),
    of::<Sighting>("sightings/correct", &[Admin]),
    of::<CamerasConfigured>("cameras/configure", &[Push, Admin]),
    of::<ListPage<CameraSight>>("cameras/sight", &[Read, Admin]),
    of::<Settings>("settings/get", &[Read, Admin]),
    of::<Settings>("settings/set", &[Admin]),
    of::<ServerStats>("stats", &[Push, Read, Admin]),
];
