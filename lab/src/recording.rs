//! `frames.csv` → recorded pictures: which visit or camera, when, which file.

use std::io;

use serde::Deserialize;

/// A recorded picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Whose picture it is.
    pub of: Of,
    /// Seconds since the visit, or the recording, began.
    pub seconds: f64,
    /// The path as the list has it.
    pub file: String,
}

/// What a picture belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// One visit by itself: nothing is remembered of the one before.
    Visit(String),
    /// A camera that goes on.
    Camera(String),
}

#[derive(Deserialize)]
struct Row {
    visit: Option<String>,
    camera: Option<String>,
    seconds: f64,
    file: String,
}

/// Reads a list with the columns `visit` or `camera`, `seconds` and `file`; others are passed over.
///
/// # Errors
/// `InvalidData` that names the row and what is wrong with it.
pub fn read(csv: impl io::Read) -> io::Result<Vec<Picture>> {
    let wrong = |n: usize, what: String| {
        io::Error::new(io::ErrorKind::InvalidData, format!("row {n} of the list of pictures: {what}"))
    };
    let mut pictures = Vec::new();
    for (n, row) in csv::Reader::from_reader(csv).into_deserialize::<Row>().enumerate() {
        let row = row.map_err(|e| wrong(n + 1, e.to_string()))?;
        let of = match (row.visit, row.camera) {
            (Some(visit), None) => Of::Visit(visit),
            (None, Some(camera)) => Of::Camera(camera),
            _ => return Err(wrong(n + 1, "expected either a column visit or a column camera".to_owned())),
        };
        if !(0.0..1e9).contains(&row.seconds) {
            return Err(wrong(n + 1, format!("expected seconds of 0 to 1,000,000,000, found {}", row.seconds)));
        }
        pictures.push(Picture { of, seconds: row.seconds, file: row.file });
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(csv: &str) -> String {
        read(csv.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn visits_and_cameras_are_told_apart_and_other_columns_passed_over() {
        let visits = read("visit,frame,seconds,file\n7,0,0.5,a.jpg\n".as_bytes()).unwrap();
        assert_eq!(visits, [Picture { of: Of::Visit("7".into()), seconds: 0.5, file: "a.jpg".into() }]);
        let cameras = read("file,camera,seconds\nb.jpg,door,3\n".as_bytes()).unwrap();
        assert_eq!(cameras[0].of, Of::Camera("door".into()));
    }

    #[test]
    fn what_is_wrong_with_a_row_is_said() {
        assert!(
            said("seconds,file\n1,a.jpg\n").contains("row 1 of the list of pictures: expected either a column visit")
        );
        assert!(said("visit,seconds,file\n1,soon,a.jpg\n").contains("row 1"));
        assert!(
            said("visit,seconds,file\n1,0,a.jpg\n1,-3,b.jpg\n")
                .contains("row 2 of the list of pictures: expected seconds")
        );
        assert!(said("visit,seconds\n1,0\n").contains("file"));
    }
}
