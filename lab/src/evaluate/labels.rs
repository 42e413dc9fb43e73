//! `people.csv` → who is where in which picture.

use std::collections::HashMap;
use std::io;

use serde::Deserialize;

/// Somebody in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The visit it belongs to.
    pub visit: String,
    /// Who.
    pub person: String,
    /// Whether they are enrolled.
    pub known: bool,
    /// The picture.
    pub file: String,
    /// The middle of the face, pixels.
    pub center: (f32, f32),
    /// How far beside a face's box the middle may lie, pixels.
    pub slack: f32,
}

#[derive(Deserialize)]
struct Row {
    visit: String,
    person: String,
    known: u8,
    file: Option<String>,
    frame: Option<String>,
    cx: f32,
    cy: f32,
    side: Option<f32>,
}

#[derive(Deserialize)]
struct FrameRow {
    visit: String,
    frame: String,
    file: String,
}

/// The share of a face's `side` by which its middle may lie beside a box.
const SLACK: f32 = 0.2;

/// Reads a list with the columns `visit`, `person`, `known` (0 or 1), `cx`, `cy` and, if wanted, `side`; the picture is `file`, or
/// else `frame`, which the list of pictures (`frames`, with the columns `visit`, `frame` and `file`) has.
///
/// # Errors
/// `InvalidData` that names the row and what is wrong with it.
pub fn read(people: impl io::Read, frames: impl io::Read) -> io::Result<Vec<Label>> {
    let wrong = |n: usize, what: String| {
        io::Error::new(io::ErrorKind::InvalidData, format!("row {n} of the list of people: {what}"))
    };
    let listed = csv::Reader::from_reader(frames).into_deserialize::<FrameRow>().filter_map(Result::ok);
    let files: HashMap<_, _> = listed.map(|row| ((row.visit, row.frame), row.file)).collect();
    let mut labels = Vec::new();
    for (n, row) in csv::Reader::from_reader(people).into_deserialize::<Row>().enumerate() {
        let row = row.map_err(|e| wrong(n + 1, e.to_string()))?;
        if row.known > 1 {
            return Err(wrong(n + 1, format!("expected known to be 0 or 1, found {}", row.known)));
        }
        let file = match (row.file, row.frame) {
            (Some(file), _) => file,
            (None, Some(frame)) => files
                .get(&(row.visit.clone(), frame.clone()))
                .ok_or_else(|| {
                    wrong(n + 1, format!("the list of pictures has no frame {frame} of visit {}", row.visit))
                })?
                .clone(),
            (None, None) => return Err(wrong(n + 1, "expected a column file or a column frame".to_owned())),
        };
        let slack = SLACK * row.side.unwrap_or(0.0);
        let (visit, person, known) = (row.visit, row.person, row.known == 1);
        labels.push(Label { visit, person, known, file, center: (row.cx, row.cy), slack });
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: &str = "visit,frame,seconds,file\n3,0,0.0,three.jpg\n";

    #[test]
    fn a_picture_is_named_by_its_file_or_by_its_frame() {
        let by_frame = read("visit,person,known,frame,cx,cy,side\n3,Ann,1,0,10,20,50\n".as_bytes(), FRAMES.as_bytes());
        let by_file = read("visit,person,known,file,cx,cy\n3,Ann,1,three.jpg,10,20\n".as_bytes(), FRAMES.as_bytes());
        let expected = Label {
            visit: "3".into(),
            person: "Ann".into(),
            known: true,
            file: "three.jpg".into(),
            center: (10.0, 20.0),
            slack: 10.0,
        };
        assert_eq!(by_frame.unwrap(), std::slice::from_ref(&expected));
        assert_eq!(by_file.unwrap(), [Label { slack: 0.0, ..expected }]);
    }

    #[test]
    fn what_is_wrong_with_a_row_is_said() {
        let said = |people: &str| read(people.as_bytes(), FRAMES.as_bytes()).unwrap_err().to_string();
        assert!(said("visit,person,known,frame,cx,cy\n3,Ann,1,9,1,1\n").contains("no frame 9 of visit 3"));
        assert!(said("visit,person,known,cx,cy\n3,Ann,1,1,1\n").contains("a column file or a column frame"));
        assert!(
            said("visit,person,known,file,cx,cy\n3,Ann,7,a,1,1\n")
                .contains("row 1 of the list of people: expected known")
        );
    }
}
