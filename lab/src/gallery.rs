//! A folder of people's photos → their described faces, for measuring.
//!
//! Unlike the live server it learns photos with several faces, too: the face nearest the centre, since whoever made a folder for
//! measuring meant that one.

use std::io;
use std::path::{Path, PathBuf};

use super::in_order::in_order;
use face_server::people::PersonName;
use face_server::vision::{Face, Frame, Options, Vision, VisionError};

/// Somebody to enrol.
#[derive(Clone, Debug)]
pub struct Person {
    /// The folder's name.
    pub name: PersonName,
    /// A face of each photo that has one.
    pub photos: Vec<Face>,
}

/// A folder's people, and what could not be used.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    /// By name.
    pub people: Vec<Person>,
    /// Photos with several faces, of which the one nearest the centre was taken.
    pub several_faces: usize,
    /// Photos that cannot be used, and why.
    pub refused: Vec<(PathBuf, String)>,
}

enum Photo {
    One(Face),
    Nearest(Face),
    Refused(String),
}

/// Describes every photo in the folders below `root`, one folder a person, on `threads` threads.
///
/// # Errors
/// A folder that cannot be read.
pub fn learn(vision: &Vision, root: &Path, options: &Options, threads: usize) -> io::Result<Gallery> {
    let mut gallery = Gallery::default();
    let mut photos = Vec::new();
    for folder in entries(root)?.into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match PersonName::new(&name) {
            Ok(name) => {
                let files = entries(&folder)?.into_iter().filter(|path| path.is_file());
                photos.extend(files.map(|path| (gallery.people.len(), path)));
                gallery.people.push(Person { name, photos: Vec::new() });
            }
            Err(error) => gallery.refused.push((folder, error.to_string())),
        }
    }
    let learn = |(_, path): &(usize, PathBuf)| photo(vision, path, options);
    in_order(&photos, threads, learn, |n, photo| {
        let (person, path) = &photos[n];
        match photo {
            Photo::One(face) => gallery.people[*person].photos.push(face),
            Photo::Nearest(face) => {
                gallery.several_faces += 1;
                gallery.people[*person].photos.push(face);
            }
            Photo::Refused(reason) => gallery.refused.push((path.clone(), reason)),
        }
        Ok::<_, io::Error>(())
    })?;
    Ok(gallery)
}

/// What is in a folder but for hidden files, by name.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn photo(vision: &Vision, path: &Path, options: &Options) -> Photo {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Photo::Refused(format!("cannot be read: {error}")),
    };
    let described = Frame::decode(&bytes, &options.limits).and_then(|frame| {
        vision.describe_for_enrolment(frame, options).map(|upright| (upright.frame, upright.description.faces))
    });
    match described {
        Ok((frame, faces)) => {
            let several = faces.len() > 1;
            match nearest_centre(faces, frame.width(), frame.height()) {
                Some(face) if several => Photo::Nearest(face),
                Some(face) => Photo::One(face),
                None => Photo::Refused("no face was found in it".to_owned()),
            }
        }
        Err(error) => Photo::Refused(VisionError::to_string(&error)),
    }
}

/// The face whose centre is nearest the picture's.
pub fn nearest_centre(faces: Vec<Face>, width: u32, height: u32) -> Option<Face> {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture are far below 2^23")]
    let (cx, cy) = (width as f32 / 2.0, height as f32 / 2.0);
    let off = |face: &Face| {
        let c = face.detection.box_in_frame.center();
        (c.x - cx).hypot(c.y - cy)
    };
    faces.into_iter().min_by(|a, b| off(a).total_cmp(&off(b)))
}
