//! What a home and its cameras can be set to, and within which ranges: the same for the configuration, clients and the database.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::presence::CameraId;
use crate::vision::{Rect, Rotation};

const STRANGERS_PER_THOUSAND: RangeInclusive<f32> = 0.1..=50.0;
/// A day at most.
const PRESENCE_TIMEOUT_S: RangeInclusive<u32> = 1..=86_400;
const IN_VIEW_TIMEOUT_S: RangeInclusive<u32> = 5..=600;
const RETENTION_DAYS: RangeInclusive<u32> = 1..=365;
/// No camera at home shows faces so large.
const MIN_FACE_PX: RangeInclusive<u32> = 1..=1000;
/// Parts of a camera's picture that are ignored.
const MOST_AREAS: usize = 16;
/// Longest name or area of a camera, bytes. With the ids' length and their number it keeps all cameras in one message.
const MAX_LABEL: usize = 200;

/// What a home can set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// Strangers confirmed as someone per thousand visits.
    pub strangers_per_thousand: f32,
    /// How long a person stays present after the last sighting, seconds.
    pub presence_timeout_s: u32,
    /// How long after a camera's last picture it still shows faces and who is there, seconds.
    pub in_view_timeout_s: u32,
    /// How long sightings and unknown faces are kept, days.
    pub retention_days: u32,
}

/// New values of settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// Strangers confirmed as someone per thousand visits, 0.1..=50.
    pub strangers_per_thousand: Option<f32>,
    /// How long a person stays present after the last sighting, seconds (1..=86400).
    pub presence_timeout_s: Option<u32>,
    /// How long after a camera's last picture it still shows faces and who is there, seconds (5..=600).
    pub in_view_timeout_s: Option<u32>,
    /// How long sightings and unknown faces are kept, days (1..=365).
    pub retention_days: Option<u32>,
}

/// What the server knows of a camera.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    #[serde(rename = "camera")]
    pub id: CameraId,
    pub name: String,
    pub area: Option<String>,
    #[serde(default)]
    pub counts_as_home: bool,
    /// The home's where `None`.
    pub presence_timeout_s: Option<u32>,
    pub min_face_px: Option<u32>,
    #[serde(default)]
    pub ignored_areas: Vec<Rect>,
    #[serde(default)]
    pub rotate: Rotation,
}

/// New settings of a camera; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraChange {
    /// In a request the client's own lasting id of the camera, 1 to 128 bytes.
    #[serde(rename = "camera")]
    pub id: CameraId,
    /// For people, 1 to 200 bytes; a new camera is called by its id.
    pub name: Option<String>,
    /// The room or place it looks at, 200 bytes at most; none where empty.
    pub area: Option<String>,
    /// Whether somebody confirmed here is at home; false for a camera that faces the street.
    pub counts_as_home: Option<bool>,
    /// How long a person stays present after the last sighting, seconds (1..=86400); 0 for the server's default.
    pub presence_timeout_s: Option<u32>,
    /// Faces narrower than this, pixels (1..=1000), are ignored; 0 for none.
    pub min_face_px: Option<u32>,
    /// Parts of its picture, 16 at most, in fractions of its width and height: faces whose middle is in one are ignored.
    pub ignored_areas: Option<Vec<Rect>>,
    /// By how many degrees clockwise the camera's pictures are turned to be upright.
    pub rotate: Option<Rotation>,
}

/// A value that cannot be set, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct OutOfRange {
    pub field: &'static str,
    pub problem: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { strangers_per_thousand: 1.0, presence_timeout_s: 600, in_view_timeout_s: 30, retention_days: 7 }
    }
}

impl Settings {
    /// These settings with a change.
    pub fn changed(mut self, change: &SettingsChange) -> Result<Self, OutOfRange> {
        set(
            "strangers_per_thousand",
            &mut self.strangers_per_thousand,
            change.strangers_per_thousand,
            &STRANGERS_PER_THOUSAND,
        )?;
        set("presence_timeout_s", &mut self.presence_timeout_s, change.presence_timeout_s, &PRESENCE_TIMEOUT_S)?;
        set("in_view_timeout_s", &mut self.in_view_timeout_s, change.in_view_timeout_s, &IN_VIEW_TIMEOUT_S)?;
        set("retention_days", &mut self.retention_days, change.retention_days, &RETENTION_DAYS)?;
        Ok(self)
    }

    pub(super) fn in_view_timeout(&self) -> Duration {
        Duration::from_secs(self.in_view_timeout_s.into())
    }
}

impl CameraSettings {
    /// A camera nobody has described yet: named by its id, does not count as home.
    pub fn unnamed(id: CameraId) -> Self {
        let name = id.0.rsplit('/').next().unwrap_or(&id.0).to_owned();
        Self { id, name, ..Self::default() }
    }

    /// These settings with a change.
    pub fn changed(self, change: CameraChange) -> Self {
        let number = |new: Option<u32>, old| new.map_or(old, |number| (number > 0).then_some(number));
        Self {
            id: self.id,
            name: change.name.unwrap_or(self.name),
            area: change.area.map_or(self.area, |area| (!area.is_empty()).then_some(area)),
            counts_as_home: change.counts_as_home.unwrap_or(self.counts_as_home),
            presence_timeout_s: number(change.presence_timeout_s, self.presence_timeout_s),
            min_face_px: number(change.min_face_px, self.min_face_px),
            ignored_areas: change.ignored_areas.unwrap_or(self.ignored_areas),
            rotate: change.rotate.unwrap_or(self.rotate),
        }
    }

    /// These settings, if every value can be set.
    pub fn checked(self) -> Result<Self, OutOfRange> {
        label("name", &self.name)?;
        self.area.as_deref().map(|area| label("area", area)).transpose()?;
        self.presence_timeout_s.map(presence_timeout).transpose()?;
        self.min_face_px.map(|pixels| within("min_face_px", pixels, &MIN_FACE_PX)).transpose()?;
        ignored_areas(&self.ignored_areas)?;
        Ok(self)
    }
}

impl CameraChange {
    /// This change, if every value in it can be set.
    pub fn checked(self) -> Result<Self, OutOfRange> {
        CameraSettings::unnamed(self.id.clone()).changed(self.clone()).checked()?;
        Ok(self)
    }
}

/// A person's or a camera's own time, if it can be set.
pub fn presence_timeout(seconds: u32) -> Result<u32, OutOfRange> {
    within("presence_timeout_s", seconds, &PRESENCE_TIMEOUT_S)
}

fn set<T: PartialOrd + Display + Copy>(
    field: &'static str,
    setting: &mut T,
    value: Option<T>,
    range: &RangeInclusive<T>,
) -> Result<(), OutOfRange> {
    if let Some(value) = value {
        *setting = within(field, value, range)?;
    }
    Ok(())
}

fn within<T: PartialOrd + Display + Copy>(
    field: &'static str,
    value: T,
    range: &RangeInclusive<T>,
) -> Result<T, OutOfRange> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(OutOfRange { field, problem: format!("{value} is not within {}..={}", range.start(), range.end()) })
}

fn label(field: &'static str, text: &str) -> Result<(), OutOfRange> {
    if !text.trim().is_empty() && text.len() <= MAX_LABEL && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(OutOfRange { field, problem: format!("1 to {MAX_LABEL} bytes without control characters") })
}

fn ignored_areas(areas: &[Rect]) -> Result<(), OutOfRange> {
    let wrong = |problem: String| Err(OutOfRange { field: "ignored_areas", problem });
    if areas.len() > MOST_AREAS {
        return wrong(format!("{} are more than the {MOST_AREAS} of a camera", areas.len()));
    }
    let inside = |from: f32, size: f32| from >= 0.0 && size > 0.0 && from + size <= 1.0001;
    match areas.iter().find(|r| !(inside(r.x, r.w) && inside(r.y, r.h))) {
        None => Ok(()),
        Some(Rect { x, y, w, h }) => wrong(format!(
            "x {x}, y {y}, w {w}, h {h} is not a part of a picture in fractions of its width and height, 0 to 1"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let none = SettingsChange::default;
        for (change, field) in [
            (SettingsChange { strangers_per_thousand: Some(0.0), ..none() }, "strangers_per_thousand"),
            (SettingsChange { strangers_per_thousand: Some(51.0), ..none() }, "strangers_per_thousand"),
            (SettingsChange { strangers_per_thousand: Some(f32::NAN), ..none() }, "strangers_per_thousand"),
            (SettingsChange { presence_timeout_s: Some(0), ..none() }, "presence_timeout_s"),
            (SettingsChange { in_view_timeout_s: Some(601), ..none() }, "in_view_timeout_s"),
            (SettingsChange { retention_days: Some(366), ..none() }, "retention_days"),
        ] {
            assert_eq!(Settings::default().changed(&change).expect_err("is refused").field, field);
        }
    }

    #[test]
    fn what_a_change_leaves_out_stays() {
        let change = SettingsChange { retention_days: Some(30), ..SettingsChange::default() };
        let changed = Settings::default().changed(&change).expect("in range");
        assert_eq!(changed, Settings { retention_days: 30, ..Settings::default() });
    }

    #[test]
    fn a_camera_is_checked_field_by_field() {
        let door = || CameraSettings::unnamed(CameraId("door".to_owned()));
        assert_eq!(door().checked(), Ok(door()));
        let outside = Rect { x: 0.5, y: 0.5, w: 0.6, h: 0.1 };
        for (camera, field) in [
            (CameraSettings { name: " ".to_owned(), ..door() }, "name"),
            (CameraSettings { area: Some("a\nb".to_owned()), ..door() }, "area"),
            (CameraSettings { presence_timeout_s: Some(86_401), ..door() }, "presence_timeout_s"),
            (CameraSettings { min_face_px: Some(0), ..door() }, "min_face_px"),
            (
                door().changed(CameraChange { id: door().id, name: Some(String::new()), ..CameraChange::default() }),
                "name",
            ),
            (CameraSettings { ignored_areas: vec![outside], ..door() }, "ignored_areas"),
        ] {
            assert_eq!(camera.checked().expect_err("is refused").field, field);
        }
    }

    #[test]
    fn what_a_change_of_a_camera_leaves_out_stays_and_what_is_empty_is_taken_back() {
        let id = CameraId("door".to_owned());
        let part = Rect { x: 0.0, y: 0.0, w: 0.5, h: 0.5 };
        let set = CameraSettings {
            area: Some("Porch".to_owned()),
            counts_as_home: true,
            presence_timeout_s: Some(5),
            min_face_px: Some(40),
            ignored_areas: vec![part],
            rotate: Rotation::Around,
            ..CameraSettings::unnamed(id.clone())
        };
        let renamed = CameraChange { id: id.clone(), name: Some("Front door".to_owned()), ..CameraChange::default() };
        assert_eq!(set.clone().changed(renamed), CameraSettings { name: "Front door".to_owned(), ..set.clone() });
        let taken_back = CameraChange {
            name: None,
            area: Some(String::new()),
            counts_as_home: Some(false),
            presence_timeout_s: Some(0),
            min_face_px: Some(0),
            ignored_areas: Some(Vec::new()),
            rotate: Some(Rotation::None),
            id: id.clone(),
        };
        assert_eq!(set.changed(taken_back.checked().expect("can be set")), CameraSettings::unnamed(id));
    }
}
