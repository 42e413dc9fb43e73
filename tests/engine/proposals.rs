//! Daily life proposes pictures that would widen somebody's photos, and nobody is taught by it unasked.

use std::time::Duration;

use face_server::engine::{Engine, EngineError, PicturePath, ProposalState};
use face_server::people::{Adds, ProposalId, View};
use image::{RgbImage, imageops};
use jiff::Timestamp;

use super::scenes::{portrait, scene, turned};
use super::{House, door, enroll, until};

const ASIDE: &str = "faces/Barack Obama/2009-09-09 address.jpg";
const AHEAD: &str = "faces/Barack Obama/2012-12-06 portrait.jpg";
const OTHER_DAY: &str = "tests/pictures/barack_obama_2010.jpg";

/// The person who comes: from the front, and to both sides.
struct Looks {
    ahead: RgbImage,
    aside: RgbImage,
    right: RgbImage,
    left: RgbImage,
}

impl Looks {
    fn new() -> Self {
        let (ahead, aside) = (portrait(OTHER_DAY), portrait(ASIDE));
        let right = turned(&imageops::flip_horizontal(&aside), 300, 0.25);
        let left = imageops::flip_horizontal(&right);
        Self { ahead, aside, right, left }
    }

    /// A visit that shows them all, and what waits after it.
    async fn visit(&self, engine: &Engine, begun: Timestamp) -> Vec<ProposalState> {
        let blurred = imageops::blur(&self.left, 14.0);
        let shown = [(&self.ahead, 700), (&self.aside, 700), (&blurred, 600), (&self.right, 700), (&self.left, 700)];
        let mut at = begun;
        for person in shown.into_iter().chain([(&self.right, 660), (&self.ahead, 600)]) {
            at += Duration::from_secs(1);
            engine.observe(door(&scene(&[person]), at)).await.expect("observed");
        }
        engine.proposals(None).await.expect("listed")
    }
}

fn kept(house: &House, what: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM proposal WHERE {what}");
    house.database().query_row(&sql, [], |row| row.get(0)).expect("counted")
}

#[tokio::test]
async fn what_a_visit_shows_is_proposed_learned_if_accepted_and_never_again_if_declined() {
    let (house, looks) = (House::new(), Looks::new());
    let engine = house.start();
    let person = enroll(&engine, "Barack Obama", AHEAD).await.expect("enrolled").person;
    let begun = Timestamp::now() - Duration::from_secs(3_600);
    let waiting = looks.visit(&engine, begun).await;
    let views: Vec<_> = waiting.iter().map(|p| p.shows.view).collect();
    assert_eq!(views, [View::Right, View::Left], "{waiting:?}");
    for proposal in &waiting {
        assert_eq!((&proposal.person, &proposal.camera.0[..]), (&person, "door"));
        assert_eq!(proposal.shows.adds, [Adds::View]);
        assert!(proposal.shows.quality.overall >= 0.6 && proposal.shows.quality.reasons.is_empty(), "{proposal:?}");
    }
    let state = engine.person(&person.id).expect("there");
    assert_eq!((state.photos, state.proposals), (1, 2), "nothing is learned before it is accepted");

    let [right, left] = [&waiting[0].id, &waiting[1].id];
    let shown = engine.picture(PicturePath::Proposal(right.clone())).await.expect("a picture");
    let unknown = engine.accept_proposals(vec![right.clone(), ProposalId("nothing".into())]).await;
    assert!(matches!(unknown, Err(EngineError::NotFound { what: "proposal", .. })), "{unknown:?}");
    assert_eq!(engine.person(&person.id).expect("there").photos, 1, "nothing is done then");
    engine.decline_proposals(vec![left.clone()]).await.expect("declined");
    let gone = engine.picture(PicturePath::Proposal(left.clone())).await;
    assert!(matches!(gone, Err(EngineError::NotFound { what: "proposal", .. })), "{gone:?}");
    let accepted = engine.accept_proposals(vec![right.clone()]).await.expect("accepted");
    assert_eq!(accepted.refused, []);
    let (id, whose, photo) = &accepted.photos[0];
    assert_eq!((id, whose), (right, &person));
    let learned = engine.picture(PicturePath::Photo(person.id.clone(), photo.clone())).await.expect("a photo");
    assert!(learned == shown, "exactly what was shown");
    let state = engine.person(&person.id).expect("there");
    assert_eq!((state.photos, state.proposals), (2, 0));
    assert_eq!(looks.visit(&engine, begun + Duration::from_secs(600)).await, []);
    assert_eq!((kept(&house, "picture IS NULL"), kept(&house, "picture IS NOT NULL")), (1, 0));
    engine.stop();
    drop(engine);

    let engine = house.start();
    until("the photos are known", || engine.people().first().is_some_and(|p| p.photos == 2)).await;
    assert_eq!(looks.visit(&engine, begun + Duration::from_secs(1_200)).await, []);
    engine.delete_person(person.id).await.expect("deleted");
    assert_eq!(kept(&house, "true"), 0, "what was declined is gone with them");
    engine.stop();
}

#[tokio::test]
async fn what_waits_outlives_a_restart_and_a_look_alike_has_it_withdrawn() {
    let (house, looks) = (House::new(), Looks::new());
    let engine = house.start();
    enroll(&engine, "Barack Obama", AHEAD).await.expect("enrolled");
    let begun = Timestamp::now() - Duration::from_secs(3_600);
    let waiting = looks.visit(&engine, begun).await;
    let picture = engine.picture(PicturePath::Proposal(waiting[0].id.clone())).await.expect("a picture");
    engine.stop();
    drop(engine);

    let engine = house.start();
    until("the photo is known", || engine.people().first().is_some_and(|p| p.photos == 1)).await;
    let shown = |waiting: &[ProposalState]| -> Vec<_> {
        waiting.iter().map(|p| (p.id.clone(), p.person.clone(), p.camera.clone(), p.shows.clone())).collect()
    };
    assert_eq!(shown(&engine.proposals(None).await.expect("listed")), shown(&waiting));
    assert_eq!(engine.picture(PicturePath::Proposal(waiting[0].id.clone())).await.expect("a picture"), picture);
    // Somebody else's folder has the same face: whose the pictures are is not certain any more.
    let twin = house.folder.path().join("faces/Twin");
    std::fs::create_dir_all(&twin).expect("a folder");
    let file = |name: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::copy(file(ASIDE), twin.join("photo.jpg")).expect("copied");
    until("the look-alike is known", || engine.people().iter().any(|p| p.person.name.as_str() == "Twin")).await;
    until("nothing is certain", || engine.people().iter().all(|p| p.proposals == 0)).await;
    assert_eq!(kept(&house, "true"), 0);
    engine.stop();
}
