//! The command that measures and the WebSocket see the same faces, so that what is measured is what a home has.

use face_server::measure::describe::describe;
use face_server::server::protocol::Role;
use face_server::vision::Options;
use serde_json::{Value, json};

use crate::common::{BIDEN, House, NOBODY, OBAMA, OBAMA_PORTRAIT, TWO, VISION, data};

#[tokio::test(flavor = "multi_thread")]
async fn describe_and_the_websocket_give_the_same_faces() {
    let pictures = [NOBODY, OBAMA, OBAMA_PORTRAIT, BIDEN, TWO, "tests/pictures/four_people.jpg"];
    let mut lines = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    describe(&VISION, &pictures.join("\n"), root, &Options::live(), 2, &mut lines).expect("lines");
    let described = String::from_utf8(lines).expect("text");
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let mut faces = 0;
    for (name, line) in pictures.iter().zip(described.lines()) {
        let mut described: Value = serde_json::from_str(line).expect("JSON");
        let mut asked = client.result("recognize", json!({"purpose": "ask", "picture": data(name)})).await;
        for side in ["width", "height"] {
            assert_eq!(described[side], asked[side], "{name}");
        }
        assert_eq!(seen(&mut described), seen(&mut asked), "{name}");
        faces += described["faces"].as_array().map_or(0, Vec::len);
    }
    assert_eq!(faces, 9, "one each of three portraits, two and four");
    house.stop().await;
}

/// What both say of each face, from left to right (one gives the surest first, the other the largest): the embedding is
/// not on the wire, who it is not in the description, and each has the quality's reasons in its own form.
fn seen(answer: &mut Value) -> Vec<Value> {
    let faces = answer["faces"].as_array_mut().expect("faces");
    faces.sort_by(|a, b| a["box"]["x"].as_f64().partial_cmp(&b["box"]["x"].as_f64()).expect("numbers"));
    let one = |face: &mut Value| {
        let quality = ["overall", "size_px", "sharpness", "pose", "light"].map(|part| face["quality"][part].take());
        json!([face["box"].take(), face["landmarks"].take(), face["score"].take(), quality])
    };
    faces.iter_mut().map(one).collect()
}
