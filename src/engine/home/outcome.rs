//! What a home is told, and what follows from it: an answer, what is to be told, what is to be kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use strum::EnumTryAs;

use super::deed::{Done, Named};
use super::restored::AtRest;
use super::sight::Sight;
use super::sitting::SittingState;
use super::state::PictureHash;
use crate::engine::error::EngineError;
use crate::engine::teach::Photo;
use crate::engine::types::{
    CameraChange, CameraId, CameraSettings, CameraState, Event, RecognizedFace, Settings, Sighting, SittingId,
};
use crate::people::{
    Attention, MistakenFace, Noticed, PersonId, PersonRef, PhotoId, Proposal, ProposalId, Stranger, UnknownId,
};
use crate::presence::Place;
use crate::store::{
    self, Away, Change, ChangeId, Correction, Described, KnownFile, NewSighting, NewUnknownFace, PersonFolder,
    PhotoFile, Problem, Roster, SetAside,
};
use crate::vision::{Face, Rect, Rotation};

/// What changes a home, and is decided by [`super::state::Home::handle`].
pub(crate) enum Command {
    /// A camera's picture was described: who is in it, and what that changes. Answered by [`Answer::Decided`].
    Observe(Seen, Vec<Face>),
    /// The pictures that a decision wanted are made: what it decided can be kept and told.
    Finish(Box<Decision>, Pictures),
    /// The folder of people has changed.
    TakeUp(Box<FolderLook>),
    /// A photo was described, or cannot be (why).
    Learned(PhotoId, Result<Described, String>),
    /// What the folder thread is about to do with somebody's folder, or has not done after all.
    Intend(PersonId, Option<Intent>),
    SetSettings(Settings),
    ConfigureCameras(Vec<CameraChange>),
    /// What a look at which way up a camera's pictures are suggested: by how much to turn one with faces, or without.
    LookedUp {
        camera: CameraId,
        has_faces: bool,
        suspected: Option<Rotation>,
    },
    /// How long a person stays present.
    SetTimeout(PersonId, Option<u32>),
    IgnoreUnknown(UnknownId),
    /// They are forgotten, or this person now, until that is undone or can't be any more.
    SetUnknownAside(UnknownId, Option<Box<Named>>),
    ForgetUnknown(UnknownId),
    /// Undoes what was done with an unknown person.
    Undo(ChangeId),
    /// This can't be undone any more, or nothing can.
    LetGo(Option<ChangeId>),
    /// A past sighting was wrong; with `None` it was right after all.
    Correct(store::SightingRow, Option<Correction>),
    /// What is kept was changed otherwise than by what is known here: the newest pictures, and what counts against whom.
    Recall(HashMap<PersonId, i64>, Vec<MistakenFace>),
    /// Somebody is to be learned at this camera, or without one by pictures that are sent, which are looked through for so long
    /// at most. Answered by [`Answer::Sitting`].
    BeginSitting(Option<CameraId>, Duration),
    /// What a picture that was sent shows. Answered by [`Answer::Sitter`].
    ShowSitting(SittingId, Vec<Face>),
    /// The photo of a face that was wanted of it. Answered by [`Answer::Sitting`].
    KeepForSitting(SittingId, Box<Photo>),
    /// It is over, and its pictures are forgotten.
    EndSitting(SittingId),
    /// Nobody wants these as photos.
    DeclineProposals(Vec<ProposalId>),
    /// These are answered, those too that are gone already.
    ForgetProposals(Vec<ProposalId>),
    Tick,
}

/// A picture of a camera, apart from its pixels.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) camera: CameraId,
    pub(crate) captured_at: Timestamp,
    pub(crate) hash: PictureHash,
    pub(crate) size: (u32, u32),
}

/// A look at the folder, and what changed since the last one.
#[derive(Default)]
pub(crate) struct FolderLook {
    pub(crate) people: Arc<[PersonFolder]>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) unsettled: usize,
    pub(crate) changes: Vec<Change>,
    /// What is known of new photos already.
    pub(crate) described: HashMap<PhotoId, Described>,
    /// What of it was described just now, and is not kept yet.
    pub(crate) fresh: Vec<PhotoId>,
    /// Photos that were deleted, and are not only away.
    pub(crate) forget: Vec<PhotoId>,
    /// What was done with somebody's folder, that the folder itself does not show.
    pub(crate) done: Option<(PersonId, Intent)>,
    /// What was deleted and can be put back: what is known of it waits for that.
    pub(crate) aside: Vec<SetAside>,
    pub(crate) known_files: Option<Vec<KnownFile>>,
    pub(crate) away: Option<Away>,
    /// Whom the folder holds, to be waited for if it is away at the next start; where that has changed.
    pub(crate) roster: Option<Roster>,
}

/// What is done with a person's folder. Kept before it is begun, so that a crash leaves nothing half done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Intent {
    Delete,
    MergeInto(PersonId),
    /// What was done is undone: this person's photos come out again, or they are another one again.
    Undo(ChangeId),
}

/// What was decided of a camera's picture: to be kept and told once its pictures are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decision {
    pub(crate) camera: Option<CameraId>,
    /// When it was taken, by the steady clock.
    pub(crate) at: Timestamp,
    pub(crate) faces: Vec<RecognizedFace>,
    pub(crate) repeated: bool,
    pub(crate) settled: bool,
    pub(crate) learning: bool,
    pub(crate) sightings: Vec<FirstTold>,
    pub(crate) strangers: Vec<NoticedFace>,
    /// Strangers made of tracks that turned out to be somebody enrolled.
    pub(crate) withdrawn: Vec<UnknownId>,
    pub(crate) arrivals: Vec<Arrival>,
    /// The only face, if a sitting wants its photo.
    pub(crate) sitter: Option<Box<Face>>,
    /// Faces that may be worth learning from.
    pub(crate) proposals: Vec<WantedFace>,
    /// Cameras whose state changed.
    pub(crate) cameras: BTreeSet<CameraId>,
    /// People whose state changed.
    pub(crate) people: BTreeSet<PersonId>,
}

/// A person reached a grade in a visit.
#[derive(Clone, Debug)]
pub(crate) struct FirstTold {
    /// The visit's sighting, new or raised.
    pub(crate) id: i64,
    pub(crate) person: PersonRef,
    pub(crate) box_in_frame: Rect,
    /// As it is kept, but for its picture, and with the steady clock's time.
    pub(crate) kept: NewSighting,
}

/// Somebody was not present before.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) person: PersonRef,
    pub(crate) home: bool,
    /// When they were last gone, by the steady clock.
    pub(crate) departed: Option<Timestamp>,
}

/// What became of an unknown face.
#[derive(Clone, Debug)]
pub(crate) struct NoticedFace {
    pub(crate) noticed: Noticed,
    pub(crate) box_in_frame: Rect,
    /// Tell it: confirmed by a second picture, not ignored, first time in this visit.
    pub(crate) tell: bool,
}

/// A face of a decision that is to be cut out.
#[derive(Clone, Debug)]
pub(crate) struct WantedFace {
    pub(crate) person: PersonId,
    /// The visit's.
    pub(crate) sighting: i64,
    /// Which of the decision's faces.
    pub(crate) face: usize,
}

/// The photo that a [`WantedFace`] would be.
pub(crate) struct CutFace {
    pub(crate) photo: Photo,
    /// As pictures by infrared light.
    pub(crate) colourless: bool,
}

/// The pictures of a decision, JPEG; what could not be made is missing.
#[derive(Default)]
pub(crate) struct Pictures {
    /// Of each of [`Decision::sightings`].
    pub(crate) sightings: Vec<Option<Arc<[u8]>>>,
    /// Of each of [`Decision::strangers`].
    pub(crate) strangers: Vec<Option<Arc<[u8]>>>,
    pub(crate) annotated: Option<Arc<[u8]>>,
    /// Of [`Decision::sitter`].
    pub(crate) sitter: Option<Photo>,
    /// Of each of [`Decision::proposals`].
    pub(crate) proposals: Vec<Option<CutFace>>,
}

/// What follows from a command.
pub(crate) struct Outcome {
    pub(crate) events: Vec<Event>,
    /// Whose states are told at the end, once each.
    pub(crate) cameras: BTreeSet<CameraId>,
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) writes: Vec<Write>,
    /// What is kept with the next writes, or after a while.
    pub(crate) later: Vec<Write>,
    pub(crate) learn: Vec<PhotoFile>,
    /// Once it is kept, the home must be told [`Command::Recall`].
    pub(crate) recall: bool,
    pub(crate) durability: Durability,
    pub(crate) answer: Result<Answer, EngineError>,
}

/// What becomes of writes that the disk does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Tried again; nobody waits for them.
    Eventually,
    /// Tried again, and the answer says that they are not on the disk.
    Answered,
    /// Given up: what they were written for is not done.
    OrNot,
}

/// The answer to a command.
#[derive(EnumTryAs)]
pub(crate) enum Answer {
    Done,
    Decided(Box<Decision>),
    Cameras(Vec<CameraState>),
    Sighting(Sighting),
    Sitting(Box<SittingState>),
    /// The only face, if the sitting wants its photo.
    Sitter(Option<Box<Face>>),
}

/// Something to keep. Times are the wall clock's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    Sighting(i64, Box<NewSighting>),
    Correction(i64, Option<Correction>),
    /// The sightings of the first are those of the second from now on.
    MergePeople(PersonId, PersonId),
    ForgetPerson(PersonId),
    Unknown {
        stranger: Box<Stranger>,
        camera: CameraId,
        face: Option<Box<NewUnknownFace>>,
        dropped: Vec<UnknownId>,
    },
    /// What the alert about them at this moment shows.
    UnknownAlert(UnknownId, Timestamp, Arc<[u8]>),
    Attention(UnknownId, Attention),
    SetUnknownAside(UnknownId),
    PutUnknownBack(UnknownId),
    ForgetUnknown(UnknownId),
    /// What can be undone; with `None` not any more.
    Undo(ChangeId, Option<Box<Done>>),
    /// Whose sightings are whose, before [`Write::MergePeople`].
    NoteMerge(ChangeId, PersonId, PersonId),
    /// The sightings, and these proposals, are of two people again.
    PartPeople(ChangeId, PersonId, PersonId, Vec<ProposalId>),
    /// With its picture, JPEG.
    Proposal(Box<Proposal>, Arc<[u8]>),
    DeclineProposals(Vec<ProposalId>),
    ForgetProposals(Vec<ProposalId>),
    Settings(Settings),
    Camera(CameraSettings),
    Place(PersonId, Option<Box<Place>>),
    /// How well a camera saw faces over its last visits.
    Sight(CameraId, Box<Sight>),
    /// What a camera shows without moving, in place of what it did.
    AtRest(CameraId, Option<Box<AtRest>>),
    Timeout(PersonId, Option<u32>),
    Intent(PersonId, Option<Intent>),
    Described(PhotoId, Box<Described>),
    ForgetDescribed(Vec<PhotoId>),
    /// Forgets what all photos but these showed.
    PruneDescribed(Vec<PhotoId>),
    KnownFiles(Vec<KnownFile>),
    Roster(Box<Roster>),
    /// Forgets what is older than the first, at the second.
    Expire(Timestamp, Timestamp),
}

/// Nothing, and that it is done.
impl Default for Outcome {
    fn default() -> Self {
        Self {
            events: Vec::new(),
            cameras: BTreeSet::new(),
            people: BTreeSet::new(),
            writes: Vec::new(),
            later: Vec::new(),
            learn: Vec::new(),
            recall: false,
            durability: Durability::Eventually,
            answer: Ok(Answer::Done),
        }
    }
}
