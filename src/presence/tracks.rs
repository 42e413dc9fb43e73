//! The faces of a camera's pictures → tracks: one person's faces, picture after picture, and the evidence they make.
//! Which face belongs to which track is decided for all faces of a picture at once, by place, size and what the face looks like:
//! two people who cross keep their tracks. Pictures may come late or twice. Called by the engine; knows no names.
//!
//! A face that never moves against the frame (a photo on a wall, a poster) is followed for a day, however long the pause
//! between two pictures, and over a restart: it is the same one, and no news. At rest for long enough it is a fixture of the
//! room.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::camera::CameraId;
use super::now::apart;
use crate::people::evidence::STILL_BELOW;
use crate::people::{Evidence, Prior, VISIT_ENDS_AFTER};
use crate::vision::{Face, Rect};

/// A face that never moved is remembered for this long after its last picture: over a night.
const REST_ENDS_AFTER: Duration = Duration::from_secs(24 * 3600);
/// A face that has not moved for this long, nor in this many pictures, is part of the room. People who sit or sleep move more.
const FIXTURE_AFTER: (Duration, u32) = (Duration::from_secs(120), 8);
/// More news than this, in pictures, and a track has moved: less is what noise makes at most.
const MOVED_BEYOND: f32 = 1.2;
/// How much "it has not moved at all" speaks for the same face: more than place and looks together against it.
const AT_REST: f32 = 40.0;
/// Of what is at rest at one camera, so many tracks outlive a restart, the oldest, with so many of their pictures each.
const KEPT: (usize, usize) = (8, 8);
/// What is still at rest is kept again so often, seconds: so much of its day a restart may take.
const KEPT_EVERY: i64 = 3_600;
/// Tracks of one camera at a time; beyond it the longest unseen end.
const MOST_TRACKS: usize = 32;
/// Places that a track remembers: late pictures are compared with the place nearest in time.
const REMEMBERED: usize = 16;

/// From one picture to the next a face moves about so far, in its own sizes: at once, and more for each second.
const MOVES: (f32, f32) = (1.5, 2.0);
/// The same for the logarithm of its size.
const GROWS: (f32, f32) = (0.25, 0.25);
/// How much the very same place and size speaks for the same person, as a logarithm of likelihood ratios.
const SAME_PLACE: f32 = 4.0;
/// How much place can speak either way: somebody may turn up anywhere, and somebody else in the same place.
const PLACE_SAYS_AT_MOST: f32 = 6.0;

/// A track's number, unique in a run of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct TrackId(pub u64);

/// Everybody whom the cameras follow. `T` is what their follower notes of each, and ends with the track.
#[derive(Debug, Default)]
pub struct Tracks<T> {
    cameras: HashMap<CameraId, Vec<Track<T>>>,
    last_id: u64,
    /// What was at rest when it was kept last.
    kept: HashMap<CameraId, Vec<Rest<T>>>,
}

/// What a new keeping of a track at rest depends on.
#[derive(Clone, Debug, PartialEq)]
struct Rest<T> {
    id: TrackId,
    notes: T,
    fixture: bool,
    /// In units of [`KEPT_EVERY`].
    came: i64,
}

/// One person's faces at one camera, or a picture's on its wall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track<T> {
    id: TrackId,
    notes: T,
    evidence: Evidence,
    /// Where and when the face was, by time, the last ones.
    places: Vec<(Timestamp, Rect)>,
    /// When its last picture came.
    came: Timestamp,
    /// When its first picture was taken.
    began: Timestamp,
    /// Pictures in which it had not moved since one before.
    at_rest: u32,
}

/// The track that a face belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Followed {
    pub id: TrackId,
    /// How much this picture added to what was known of the track, 0..1.
    pub news: f32,
    /// It has not moved for so long that it is part of the room: a picture, not a person.
    pub fixture: bool,
}

impl<T: Clone + Default + PartialEq> Tracks<T> {
    /// One picture of a camera, taken `at` and come `now`: to each face its track, in the order of `faces`; faces of nobody
    /// followed begin new ones.
    pub fn follow(
        &mut self,
        camera: &CameraId,
        at: Timestamp,
        now: Timestamp,
        faces: &[Face],
        prior: &Prior,
    ) -> Vec<Followed> {
        let tracks = self.cameras.entry(camera.clone()).or_default();
        let old = assigned(tracks, at, faces, prior);
        let mut followed = Vec::with_capacity(faces.len());
        for (face, old) in faces.iter().zip(old) {
            let n = old.unwrap_or_else(|| {
                self.last_id += 1;
                tracks.push(Track::new(TrackId(self.last_id), at, now));
                tracks.len() - 1
            });
            tracks[n].came = now;
            let news = tracks[n].add(at, face, prior);
            followed.push(Followed { id: tracks[n].id, news, fixture: tracks[n].is_fixture() });
        }
        while tracks.len() > MOST_TRACKS.max(faces.len()) {
            let oldest = tracks.iter().enumerate().min_by_key(|(_, track)| (track.came, track.last()));
            let Some((n, _)) = oldest else { break };
            tracks.remove(n);
        }
        followed
    }

    /// What is known of a track; `None` once it has ended.
    pub fn evidence(&self, camera: &CameraId, id: TrackId) -> Option<&Evidence> {
        self.cameras.get(camera)?.iter().find(|track| track.id == id).map(|track| &track.evidence)
    }

    /// What was noted of a track; `None` once it has ended.
    pub fn notes(&mut self, camera: &CameraId, id: TrackId) -> Option<&mut T> {
        self.cameras.get_mut(camera)?.iter_mut().find(|track| track.id == id).map(|track| &mut track.notes)
    }

    pub fn goes_on(&self, camera: &CameraId, id: TrackId) -> bool {
        self.evidence(camera, id).is_some()
    }

    /// Ends the tracks for which no picture came for [`VISIT_ENDS_AFTER`]; those at rest are kept for a day.
    pub fn expire(&mut self, now: Timestamp) {
        for tracks in self.cameras.values_mut() {
            tracks.retain(|track| apart(track.came, now) <= track.ends_after());
        }
        self.cameras.retain(|_, tracks| !tracks.is_empty());
    }

    /// Ends the tracks whose notes `ends` says.
    pub fn end(&mut self, ends: impl Fn(&T) -> bool) {
        self.cameras.values_mut().for_each(|tracks| tracks.retain(|track| !ends(&track.notes)));
    }

    /// Ends all tracks of a camera that sees otherwise from now on.
    pub fn end_at(&mut self, camera: &CameraId) {
        self.cameras.remove(camera);
    }

    /// Whether something else is at rest than was kept.
    pub fn rest_changed(&self) -> bool {
        self.cameras_to_keep().next().is_some()
    }

    /// What is at rest at the cameras where that has changed, to outlive a restart: its times as `stamp` says.
    pub fn keep_rest(&mut self, stamp: impl Fn(Timestamp) -> Timestamp) -> Vec<(CameraId, Vec<Track<T>>)> {
        let changed: Vec<_> = self.cameras_to_keep().cloned().collect();
        let mut to_keep = Vec::with_capacity(changed.len());
        for camera in changed {
            let rest: Vec<_> = self.resting(&camera).map(Track::rest).collect();
            to_keep.push((camera.clone(), self.resting(&camera).map(|track| track.to_keep(&stamp)).collect()));
            self.kept.insert(camera, rest);
        }
        self.kept.retain(|_, rest| !rest.is_empty());
        to_keep
    }

    /// What was kept is to be kept again: its times mean others now.
    pub fn keep_again(&mut self) {
        self.kept.values_mut().flatten().for_each(|rest| rest.came = i64::MIN);
    }

    /// Takes up what was kept of a camera; nothing of it can be of the future.
    pub fn restore(&mut self, camera: CameraId, kept: Vec<Track<T>>, now: Timestamp) {
        let mut tracks = kept;
        for track in &mut tracks {
            self.last_id += 1;
            track.id = TrackId(self.last_id);
            (track.came, track.began) = (track.came.min(now), track.began.min(now));
            track.places.iter_mut().for_each(|(at, _)| *at = (*at).min(now));
        }
        self.kept.insert(camera.clone(), tracks.iter().map(Track::rest).collect());
        self.cameras.insert(camera, tracks);
        self.expire(now);
    }

    fn cameras_to_keep(&self) -> impl Iterator<Item = &CameraId> {
        let kept = |camera: &CameraId| self.kept.get(camera).into_iter().flatten();
        let changed = move |camera: &&CameraId| self.resting(camera).map(Track::rest).ne(kept(camera).cloned());
        let gone = self.kept.keys().filter(|camera| !self.cameras.contains_key(*camera));
        self.cameras.keys().chain(gone).filter(changed)
    }

    fn resting(&self, camera: &CameraId) -> impl Iterator<Item = &Track<T>> {
        let tracks = self.cameras.get(camera).into_iter().flatten();
        tracks.filter(|track| track.rests()).take(KEPT.0)
    }
}

impl<T: Clone + Default> Track<T> {
    fn new(id: TrackId, at: Timestamp, now: Timestamp) -> Self {
        Self {
            id,
            notes: T::default(),
            evidence: Evidence::default(),
            places: Vec::new(),
            came: now,
            began: at,
            at_rest: 0,
        }
    }

    /// Whether it has several pictures and has not moved in any.
    fn rests(&self) -> bool {
        self.at_rest > 0 && self.evidence.pictures() < MOVED_BEYOND
    }

    fn rest(&self) -> Rest<T> {
        let came = self.came.as_second().div_euclid(KEPT_EVERY);
        Rest { id: self.id, notes: self.notes.clone(), fixture: self.is_fixture(), came }
    }

    /// The same, with fewer pictures.
    fn to_keep(&self, stamp: impl Fn(Timestamp) -> Timestamp) -> Self {
        let places = self.places.last().map(|(at, place)| (stamp(*at), *place)).into_iter().collect();
        let evidence = self.evidence.remembering(KEPT.1);
        Self { evidence, places, came: stamp(self.came), began: stamp(self.began), notes: self.notes.clone(), ..*self }
    }

    fn is_fixture(&self) -> bool {
        let (long, often) = FIXTURE_AFTER;
        self.rests() && self.at_rest >= often && apart(self.began, self.last()) >= long
    }

    fn ends_after(&self) -> Duration {
        if self.rests() { REST_ENDS_AFTER } else { VISIT_ENDS_AFTER }
    }

    fn last(&self) -> Timestamp {
        self.places.last().map_or(Timestamp::MIN, |(at, _)| *at)
    }

    /// A second picture of the same instant isn't news: it is the first one once more, or a clock stands still.
    fn add(&mut self, at: Timestamp, face: &Face, prior: &Prior) -> f32 {
        if self.places.iter().any(|(t, _)| *t == at) {
            return 0.0;
        }
        let n = self.places.partition_point(|(t, _)| *t < at);
        self.places.insert(n, (at, face.detection.box_in_frame));
        if self.places.len() > REMEMBERED {
            self.places.remove(0);
        }
        self.began = self.began.min(at);
        if self.evidence.pictures() < MOVED_BEYOND {
            self.at_rest += u32::from(self.evidence.moved(face) < STILL_BELOW);
        }
        self.evidence.add(prior, face)
    }

    /// Log likelihood ratio of "this track's person" against "somebody who has just come"; `None` where too much time is
    /// between.
    fn likelihood(&self, at: Timestamp, face: &Face, prior: &Prior) -> Option<f32> {
        let (t, place) = self.places.iter().min_by_key(|(t, _)| apart(*t, at))?;
        let apart = apart(*t, at);
        if self.rests() && apart <= REST_ENDS_AFTER && self.evidence.moved(face) < STILL_BELOW {
            return Some(AT_REST);
        }
        if apart > VISIT_ENDS_AFTER || self.is_fixture() {
            return None;
        }
        let place = place_says(place, &face.detection.box_in_frame, apart.as_secs_f32());
        Some(place + self.evidence.agrees(prior, face))
    }
}

/// How much place and size speak for the same face `seconds` later.
fn place_says(before: &Rect, now: &Rect, seconds: f32) -> f32 {
    let size = |r: &Rect| f32::midpoint(r.w, r.h).max(1.0);
    let (a, b) = (before.center(), now.center());
    let moved = (a.x - b.x).hypot(a.y - b.y) / f32::midpoint(size(before), size(now));
    let grown = (size(now) / size(before)).ln();
    let (reach, stretch) = (MOVES.0 + MOVES.1 * seconds, GROWS.0 + GROWS.1 * seconds);
    // Where it could be anywhere by now, being somewhere says nothing.
    let narrow = (SAME_PLACE - 2.0 * (reach / MOVES.0).ln() - (stretch / GROWS.0).ln()).max(0.0);
    let far = (moved / reach).powi(2) / 2.0 + (grown / stretch).powi(2) / 2.0;
    (narrow - far).clamp(-PLACE_SAYS_AT_MOST, PLACE_SAYS_AT_MOST)
}

/// To each face the track that makes all of them together likeliest; `None` for a new one.
fn assigned<T: Clone + Default>(
    tracks: &[Track<T>],
    at: Timestamp,
    faces: &[Face],
    prior: &Prior,
) -> Vec<Option<usize>> {
    /// Whole numbers for the assignment: thousandths.
    const STEPS: f32 = 1_000.0;
    /// Never: below any sum of what can be.
    const NEVER: i64 = -1_000_000_000;
    if faces.is_empty() {
        return Vec::new();
    }
    // A column for each track, and one a face for "somebody new", which is neither likely nor unlikely.
    let weights = Matrix::from_fn(faces.len(), tracks.len() + faces.len(), |(row, column)| {
        let Some(track) = tracks.get(column) else { return if column - tracks.len() == row { 0 } else { NEVER } };
        #[expect(clippy::cast_possible_truncation, reason = "log likelihoods are far below 2^63 thousandths")]
        track.likelihood(at, &faces[row], prior).map_or(NEVER, |log| (log * STEPS) as i64)
    });
    let (_, columns) = kuhn_munkres(&weights);
    columns.into_iter().map(|column| (column < tracks.len()).then_some(column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{Detection, Embedding, Glimpse, Landmarks, Point, Quality};
    use proptest::prelude::*;

    const ALICE: usize = 0;
    const BOB: usize = 1;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + ms).expect("in range")
    }

    fn door() -> CameraId {
        CameraId("door".into())
    }

    /// A face 40 pixels wide at `x`; `take` makes each picture of the same person a different one.
    fn face_of(who: usize, x: f32, take: usize) -> Face {
        let mut values = vec![0.0; 128];
        values[who] = 0.75;
        values[10 + take] = 0.66;
        Face {
            detection: Detection {
                box_in_frame: Rect { x, y: 100.0, w: 40.0, h: 40.0 },
                landmarks: Landmarks([Point { x: 0.0, y: 0.0 }; 5]),
                score: 0.9,
            },
            quality: Quality {
                overall: 0.8,
                size_px: 40.0,
                sharpness: 0.8,
                pose: 1.0,
                light: 0.9,
                ..Quality::default()
            },
            embedding: Embedding::new(values).expect("a direction"),
            glimpse: None,
        }
    }

    /// Too small and blurred to say who it is.
    fn faint(face: Face) -> Face {
        let quality = Quality { size_px: 12.0, sharpness: 0.0, light: 0.1, ..face.quality };
        Face { detection: Detection { score: 0.7, ..face.detection }, quality, ..face }
    }

    fn ids(tracks: &mut Tracks<()>, ms: i64, faces: &[Face]) -> Vec<u64> {
        tracks.follow(&door(), at(ms), at(ms), faces, &Prior::plain()).into_iter().map(|f| f.id.0).collect()
    }

    #[test]
    fn somebody_who_walks_by_is_one_track() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..8 {
            #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
            let x = 60.0 * n as f32;
            assert_eq!(ids(&mut tracks, 500 * n, &[face_of(ALICE, x, usize::try_from(n).expect("few"))]), [1]);
        }
    }

    #[test]
    fn two_people_who_cross_keep_their_tracks() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..9_usize {
            #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
            let x = 50.0 * n as f32;
            let (alice, bob) = (face_of(ALICE, x, n), face_of(BOB, 400.0 - x, 20 + n));
            let ms = 500 * i64::try_from(n).expect("few");
            let found = if n % 2 == 0 {
                ids(&mut tracks, ms, &[alice, bob])
            } else {
                ids(&mut tracks, ms, &[bob, alice]).into_iter().rev().collect()
            };
            assert_eq!(found, [1, 2], "picture {n}");
        }
    }

    #[test]
    fn faces_that_say_nothing_are_followed_by_their_place() {
        let mut tracks = Tracks::<()>::default();
        assert_eq!(ids(&mut tracks, 0, &[faint(face_of(ALICE, 0.0, 0)), faint(face_of(BOB, 400.0, 1))]), [1, 2]);
        assert_eq!(ids(&mut tracks, 500, &[faint(face_of(BOB, 380.0, 2)), faint(face_of(ALICE, 20.0, 3))]), [2, 1]);
    }

    #[test]
    fn somebody_else_in_the_same_place_is_another_track() {
        let mut tracks = Tracks::<()>::default();
        assert_eq!(ids(&mut tracks, 0, &[face_of(ALICE, 0.0, 0)]), [1]);
        assert_eq!(ids(&mut tracks, 500, &[face_of(BOB, 0.0, 1)]), [2]);
        assert_eq!(ids(&mut tracks, 1_000, &[face_of(ALICE, 0.0, 2)]), [1], "and whoever comes back is the same");
    }

    /// The same with what is seen at its place, `moved` pixels from where it was.
    fn with_glimpse(face: Face, moved: f32, noise: usize) -> Face {
        Face { glimpse: Some(Glimpse::of_blobs(moved, noise)), ..face }
    }

    fn followed(tracks: &mut Tracks<()>, ms: i64, face: Face) -> Followed {
        tracks.follow(&door(), at(ms), at(ms), &[face], &Prior::plain()).remove(0)
    }

    #[test]
    fn a_picture_on_the_wall_is_one_track_without_news_and_at_last_a_fixture() {
        let mut tracks = Tracks::<()>::default();
        let mut fixture_at = None;
        for n in 0..40_usize {
            // A burst of four pictures every hour and a bit.
            let ms = 4_000_000 * i64::try_from(n / 4).expect("few") + 500 * i64::try_from(n % 4).expect("few");
            tracks.expire(at(ms));
            let on_the_wall = followed(&mut tracks, ms, with_glimpse(face_of(ALICE, 0.0, n), 0.0, n));
            assert_eq!(on_the_wall.id, TrackId(1), "picture {n}");
            assert!(n == 0 || on_the_wall.news < 1e-6, "picture {n}");
            fixture_at = fixture_at.or(on_the_wall.fixture.then_some(n));
        }
        assert_eq!(fixture_at, Some(8), "in the third burst");
        assert!(tracks.evidence(&door(), TrackId(1)).expect("it is followed").pictures() < 1.1);
    }

    #[test]
    fn somebody_who_stands_before_their_own_picture_is_not_the_fixture() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..10_usize {
            let ms = 24_000 * i64::try_from(n).expect("few");
            followed(&mut tracks, ms, with_glimpse(face_of(ALICE, 0.0, n), 0.0, n));
        }
        let hides_it = followed(&mut tracks, 240_500, with_glimpse(face_of(ALICE, 2.0, 20), 3.0, 20));
        assert!(hides_it.id == TrackId(2) && !hides_it.fixture && hides_it.news > 0.9);
        let again = followed(&mut tracks, 241_000, with_glimpse(face_of(ALICE, 2.0, 21), 2.0, 21));
        assert!(again.id == TrackId(2) && again.news > 0.9);
        assert!(followed(&mut tracks, 242_000, with_glimpse(face_of(ALICE, 0.0, 22), 0.0, 22)).fixture);
    }

    #[test]
    fn somebody_who_walked_in_and_stands_still_is_nobody_on_the_wall() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..130_usize {
            #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
            let aside = 9.0 - n.min(9) as f32;
            let ms = 1_000 * i64::try_from(n).expect("few");
            let found = followed(&mut tracks, ms, with_glimpse(face_of(ALICE, aside, n % 100), aside, n));
            assert!(found.id == TrackId(1) && !found.fixture, "picture {n}");
        }
    }

    #[test]
    fn a_track_ends_when_nobody_is_there() {
        let mut tracks = Tracks::<()>::default();
        ids(&mut tracks, 0, &[face_of(ALICE, 0.0, 0)]);
        assert_eq!(ids(&mut tracks, 30_000, &[face_of(ALICE, 0.0, 1)]), [1]);
        assert_eq!(ids(&mut tracks, 60_001, &[face_of(ALICE, 0.0, 2)]), [2]);
        tracks.expire(at(60_002));
        assert!(!tracks.goes_on(&door(), TrackId(1)) && tracks.goes_on(&door(), TrackId(2)));
        tracks.expire(at(95_000));
        assert!(tracks.cameras.is_empty());
    }

    #[test]
    fn pictures_that_come_late_are_still_one_track() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..20_usize {
            let taken = 500 * i64::try_from(n).expect("few");
            let came = taken + 120_000;
            let found = tracks.follow(&door(), at(taken), at(came), &[face_of(ALICE, 0.0, n)], &Prior::plain());
            tracks.expire(at(came + 400));
            assert_eq!(found[0].id, TrackId(1), "picture {n}");
        }
        tracks.expire(at(9_500 + 120_000 + 30_001));
        assert!(!tracks.goes_on(&door(), TrackId(1)));
    }

    #[test]
    fn cameras_have_tracks_of_their_own() {
        let mut tracks = Tracks::<()>::default();
        let hall = CameraId("hall".into());
        assert_eq!(ids(&mut tracks, 0, &[face_of(ALICE, 0.0, 0)]), [1]);
        let found = tracks.follow(&hall, at(100), at(100), &[face_of(ALICE, 0.0, 1)], &Prior::plain());
        assert_eq!(found[0].id, TrackId(2));
        assert!(tracks.evidence(&hall, TrackId(1)).is_none());
    }

    #[test]
    fn a_crowd_costs_a_bounded_number_of_tracks() {
        let mut tracks = Tracks::<()>::default();
        for n in 0..100_usize {
            let ms = 200 * i64::try_from(n).expect("few");
            ids(&mut tracks, ms, &[face_of(n, 0.0, 100 - n)]);
        }
        assert_eq!(tracks.cameras[&door()].len(), MOST_TRACKS);
    }

    /// Two people's pictures: when, and where each is.
    fn crossing() -> impl Strategy<Value = Vec<(i64, f32, f32)>> {
        prop::collection::vec((0i64..15_000, 0.0f32..600.0, 0.0f32..600.0), 1..12)
    }

    proptest! {
        /// However two good faces move, in whatever order their pictures arrive: nobody gets the other's track, and nobody's
        /// evidence is mixed with the other's.
        #[test]
        fn two_people_are_never_mixed(pictures in crossing(), swapped in any::<u16>()) {
            let mut tracks = Tracks::<()>::default();
            let (mut alices, mut bobs) = (std::collections::HashSet::new(), std::collections::HashSet::new());
            for (n, (ms, a, b)) in pictures.iter().enumerate() {
                let (alice, bob) = (face_of(ALICE, *a, n), face_of(BOB, *b, 20 + n));
                if swapped & (1 << n) == 0 {
                    let found = ids(&mut tracks, *ms, &[alice, bob]);
                    alices.insert(found[0]);
                    bobs.insert(found[1]);
                } else {
                    let found = ids(&mut tracks, *ms, &[bob, alice]);
                    alices.insert(found[1]);
                    bobs.insert(found[0]);
                }
            }
            prop_assert!(alices.is_disjoint(&bobs));
            prop_assert_eq!(alices.len(), 1, "one visit, one track");
        }

        /// The same pictures once more, and any number of pictures of one instant, add nothing.
        #[test]
        fn duplicates_add_nothing(times in prop::collection::vec(0i64..10_000, 1..8)) {
            let mut tracks = Tracks::<()>::default();
            for (n, ms) in times.iter().enumerate() {
                ids(&mut tracks, *ms, &[face_of(ALICE, 0.0, n)]);
            }
            let before = tracks.evidence(&door(), TrackId(1)).expect("followed").pictures();
            for (n, ms) in times.iter().enumerate() {
                ids(&mut tracks, *ms, &[face_of(ALICE, 0.0, 30 + n)]);
            }
            let evidence = tracks.evidence(&door(), TrackId(1)).expect("followed");
            prop_assert!((evidence.pictures() - before).abs() < 1e-6);
        }

        /// A clock that jumps, either way and as far as it likes, ends no process and mixes nobody.
        #[test]
        fn clock_jumps_do_no_harm(times in prop::collection::vec(any::<i32>(), 1..12)) {
            let mut tracks = Tracks::<()>::default();
            for (n, s) in times.iter().enumerate() {
                let t = Timestamp::from_second(i64::from(*s)).expect("in range");
                let found = tracks.follow(&door(), t, t, &[face_of(n % 2, 0.0, n)], &Prior::plain());
                prop_assert_eq!(found.len(), 1);
                tracks.expire(t);
                prop_assert!(tracks.goes_on(&door(), found[0].id));
            }
        }
    }
}
