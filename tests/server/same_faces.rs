//! What the laboratory measures and what the WebSocket answers are the same faces, so that what is measured is what a home has.

use face_server::server::protocol::Role;
use face_server::vision::{Face, Options};
use serde_json::{Value, json};

use crate::common::{BIDEN, House, NOBODY, OBAMA, OBAMA_PORTRAIT, TWO, VISION, data, picture};

#[tokio::test(flavor = "multi_thread")]
async fn the_described_faces_and_those_of_the_websocket_are_the_same() {
    let pictures = [NOBODY, OBAMA, OBAMA_PORTRAIT, BIDEN, TWO, "tests/pictures/four_people.jpg"];
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let mut faces = 0;
    for name in pictures {
        let described = VISION.describe(&picture(name), &Options::live()).expect("a description");
        let asked = client.result("recognize", json!({"purpose": "ask", "picture": data(name)})).await;
        assert_eq!((&asked["width"], &asked["height"]), (&described.width.into(), &described.height.into()), "{name}");
        let mut answered: Vec<Value> = asked["faces"].as_array().expect("faces").iter().map(answered).collect();
        let mut expected: Vec<Value> = described.faces.iter().map(expected).collect();
        // One has the surest first, the other the largest.
        for faces in [&mut answered, &mut expected] {
            faces.sort_by(|a, b| a[0]["x"].as_f64().partial_cmp(&b[0]["x"].as_f64()).expect("numbers"));
        }
        assert_eq!(answered, expected, "{name}");
        faces += expected.len();
    }
    assert_eq!(faces, 9, "one each of three portraits, two and four");
    house.stop().await;
}

/// Numbers as they are after having been text, as on the wire.
fn expected(face: &Face) -> Value {
    let (landmarks, q) = (face.detection.landmarks.0.map(|p| [p.x, p.y]), &face.quality);
    let quality = [q.overall, q.size_px, q.sharpness, q.pose, q.light];
    let parts = (face.detection.box_in_frame, landmarks, face.detection.score, quality);
    serde_json::from_str(&serde_json::to_string(&parts).expect("text")).expect("JSON")
}

/// The same parts of a face of the answer: who it is, is in no description, and the reasons have their own form.
fn answered(face: &Value) -> Value {
    let quality = ["overall", "size_px", "sharpness", "pose", "light"].map(|part| &face["quality"][part]);
    json!([face["box"], face["landmarks"], face["score"], quality])
}
