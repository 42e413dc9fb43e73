//! Letters: the font in the binary, and the system's fonts for what it lacks.
//! A name is drawn only if every one of its letters can be drawn rightly. Text is not shaped here, so scripts whose
//! letters join or run from right to left are refused ([`Fonts::line`] answers `None`) rather than written wrongly.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontArc, FontVec, Glyph, GlyphId, InvalidFont, PxScale, ScaleFont, point};
use parking_lot::Mutex;

/// DejaVu Sans Bold: Latin, Greek, Cyrillic; see `weights/fonts/README.md`.
static BUNDLED: &[u8] = include_bytes!("../../weights/fonts/DejaVuSans-Bold.ttf");

/// A larger font isn't worth its memory (the largest in use, for Chinese, Japanese and Korean together, has 30 MB).
const MAX_FONT_BYTES: u64 = 48 * 1024 * 1024;

/// Font files to look into for one missing letter; a desktop has some hundreds.
const MAX_FONT_FILES: usize = 3_000;

/// The fonts that labels are written with. Made once and shared: looking for a letter among the system's fonts reads files,
/// what was found and what was not is remembered.
pub struct Fonts {
    bundled: FontArc,
    folders: Vec<PathBuf>,
    system: Mutex<System>,
}

#[derive(Default)]
struct System {
    loaded: Vec<FontArc>,
    missing: HashSet<char>,
}

impl Fonts {
    /// The font in the binary and the system's usual font folders.
    pub fn new() -> Result<Self, InvalidFont> {
        Self::with_folders(system_folders())
    }

    /// The font in the binary and those under `folders`.
    pub fn with_folders(folders: Vec<PathBuf>) -> Result<Self, InvalidFont> {
        let bundled = FontArc::try_from_slice(BUNDLED)?;
        Ok(Self { bundled, folders, system: Mutex::default() })
    }

    /// A line of text ready to be measured and drawn; `None` where a letter cannot be drawn rightly.
    pub(super) fn line(&self, text: &str) -> Option<Line<'_>> {
        let text = tidy(text);
        if text.chars().any(needs_shaping) {
            return None;
        }
        let letters = text.chars().map(|letter| self.letter(letter)).collect::<Option<Vec<_>>>()?;
        Some(Line { letters, fonts: self })
    }

    /// Like [`Fonts::line`] for texts of our own, which the font in the binary has; other letters become its empty box.
    pub(super) fn bundled_line(&self, text: &str) -> Line<'_> {
        Line { letters: text.chars().map(|letter| self.bundled_letter(letter)).collect(), fonts: self }
    }

    fn bundled_letter(&self, letter: char) -> Letter {
        Letter { font: self.bundled.clone(), id: self.bundled.glyph_id(letter), bundled: true }
    }

    fn letter(&self, letter: char) -> Option<Letter> {
        let bundled = self.bundled_letter(letter);
        if bundled.id.0 != 0 {
            return Some(bundled);
        }
        let font = self.system_font_with(letter)?;
        Some(Letter { id: font.glyph_id(letter), font, bundled: false })
    }

    fn system_font_with(&self, letter: char) -> Option<FontArc> {
        let mut system = self.system.lock();
        if let Some(font) = system.loaded.iter().find(|font| has(font, letter)) {
            return Some(font.clone());
        }
        if system.missing.contains(&letter) {
            return None;
        }
        let found = font_files(&self.folders).into_iter().find_map(|file| load(&file).filter(|font| has(font, letter)));
        if let Some(font) = &found {
            system.loaded.push(font.clone());
        } else {
            system.missing.insert(letter);
        }
        found
    }
}

/// Whether a font draws a letter: fonts of emoji and "last resort" fonts know letters that have no outline.
fn has(font: &FontArc, letter: char) -> bool {
    let id = font.glyph_id(letter);
    id.0 != 0 && (letter.is_whitespace() || font.outline(id).is_some())
}

fn load(file: &Path) -> Option<FontArc> {
    let length = std::fs::metadata(file).ok()?.len();
    if length > MAX_FONT_BYTES {
        return None;
    }
    // Of a collection (.ttc) the first font: the others differ in style or in regional variants.
    FontVec::try_from_vec_and_index(std::fs::read(file).ok()?, 0).ok().map(FontArc::new)
}

/// Files under `folders`, plain styles of the common wide fonts first, so that few of them have to be read.
fn font_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = folders.to_vec();
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                open.push(path);
            } else if is_font(&path) && files.len() < MAX_FONT_FILES {
                files.push(path);
            }
        }
    }
    files.sort_by_cached_key(|path| (unlikely(path), path.clone()));
    files
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["ttf", "otf", "ttc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn unlikely(path: &Path) -> u8 {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_lowercase();
    let wide = ["cjk", "fallback", "wqy", "unifont", "arialuni", "pingfang", "hiragino", "yugoth", "malgun", "gothic"];
    let slanted = ["italic", "oblique", "mono", "serif", "light", "thin", "black"];
    2 + u8::from(slanted.iter().any(|word| name.contains(word)))
        - 2 * u8::from(wide.iter().any(|word| name.contains(word)))
}

fn system_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"]
            .map(PathBuf::from)
            .into();
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([".fonts", ".local/share/fonts", "Library/Fonts"].map(|part| home.join(part)));
    }
    if let Some(windows) = std::env::var_os("WINDIR").map(PathBuf::from) {
        folders.push(windows.join("Fonts"));
    }
    folders
}

/// One line: whatever breaks lines or is not seen becomes a space.
fn tidy(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect()
}

/// Letters of scripts that run from right to left or whose letters change or join with their neighbours, and the marks that
/// steer such text: Hebrew, Arabic and their kin, the scripts of India and South-East Asia, Mongolian, variation selectors
/// and joiners.
fn needs_shaping(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0590..=0x08FF | 0x0900..=0x109F | 0x1780..=0x18AF | 0x1900..=0x1CFF | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2066..=0x2069 | 0xA800..=0xABFF | 0xFB1D..=0xFDFF | 0xFE00..=0xFE0F | 0xFE70..=0xFEFF | 0x10800..=0x11FFF
        | 0x1E800..=0x1EFFF | 0x1F3FB..=0x1F3FF)
}

#[derive(Clone)]
struct Letter {
    font: FontArc,
    id: GlyphId,
    bundled: bool,
}

/// A line of letters, each with the font that has it.
#[derive(Clone)]
pub(super) struct Line<'a> {
    letters: Vec<Letter>,
    fonts: &'a Fonts,
}

impl Line<'_> {
    /// Width in pixels at letters `size` pixels high.
    pub(super) fn width(&self, size: f32) -> f32 {
        self.positions(size).1
    }

    /// The same, cut and closed with `…` where it is wider than `width`.
    pub(super) fn fitted(&self, size: f32, width: f32) -> Self {
        let mut line = self.clone();
        if line.width(size) <= width {
            return line;
        }
        let dots = self.fonts.bundled_letter('…');
        line.letters.push(dots.clone());
        while line.width(size) > width && line.letters.len() > 1 {
            line.letters.truncate(line.letters.len() - 2);
            line.letters.push(dots.clone());
        }
        line
    }

    /// Calls `paint(x, y, coverage 0..1)` for every pixel of the text whose top left corner is `left`, `top`.
    pub(super) fn draw(&self, size: f32, left: f32, top: f32, mut paint: impl FnMut(i64, i64, f32)) {
        let baseline = top + self.fonts.bundled.as_scaled(PxScale::from(size)).ascent();
        for (letter, x) in self.letters.iter().zip(self.positions(size).0) {
            let glyph = Glyph { id: letter.id, scale: PxScale::from(size), position: point(left + x, baseline) };
            let Some(outlined) = letter.font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            #[expect(clippy::cast_possible_truncation, reason = "whole pixels near the picture")]
            let (x0, y0) = (bounds.min.x as i64, bounds.min.y as i64);
            outlined.draw(|x, y, coverage| paint(x0 + i64::from(x), y0 + i64::from(y), coverage));
        }
    }

    /// Left edge of every letter, and the width of all.
    fn positions(&self, size: f32) -> (Vec<f32>, f32) {
        let scale = PxScale::from(size);
        let mut x = 0.0;
        let mut positions = Vec::with_capacity(self.letters.len());
        let mut before: Option<GlyphId> = None;
        for letter in &self.letters {
            let font = letter.font.as_scaled(scale);
            x += before.filter(|_| letter.bundled).map_or(0.0, |before| font.kern(before, letter.id));
            positions.push(x);
            x += font.h_advance(letter.id);
            before = Some(letter.id).filter(|_| letter.bundled);
        }
        (positions, x)
    }
}
