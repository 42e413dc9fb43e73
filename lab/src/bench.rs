//! Each stage of a picture, whole pictures and growth, timed in turns in one process, so that load hits all alike.
//!
//! Called by the `bench` subcommand. One JSON line a case; milliseconds. What the server adds (socket, queue, the home's
//! belief) is not in it: `scripts/against_others.py` and `scripts/measure.py` see the server from outside.

use std::hint::black_box;
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use cpu_time::ProcessTime;
use face_server::people::gallery::GalleryPhoto;
use face_server::people::{Calibration, Direction, Gallery, PersonId, PersonName, PhotoId, Prior, View};
use face_server::vision::{Accept, Embedding, Frame, Landmarks, Limits, NetworkSize, Options, Pack, Vision, align};
use fastrand::Rng;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{GenericImage, RgbImage};
use serde::Serialize;

/// Photos that a pretended person has.
const PHOTOS_EACH: usize = 5;
/// How alike the photos of a pretended person are.
const ALIKE: f32 = 0.7;
/// Looks of the detector by themselves, without the picture being made smaller.
const LOOKS: [[u32; 2]; 4] = [[160, 160], [640, 640], [960, 544], [1920, 1088]];

/// What is timed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Times each case is done.
    pub rounds: usize,
    /// Threads that work on one picture.
    pub threads: Vec<usize>,
    /// Photos in the galleries.
    pub galleries: Vec<usize>,
    /// Faces in one picture.
    pub faces: Vec<usize>,
    /// Which stages; all where empty.
    pub stages: Vec<String>,
}

/// One case, timed.
#[derive(Debug, Serialize)]
struct Timed<'c> {
    stage: &'static str,
    of: &'c str,
    threads: usize,
    p50_ms: f64,
    p95_ms: f64,
    /// All threads together, mean of a round.
    processor_ms: f64,
    /// The most memory that the process had meanwhile, over what it had before (Linux).
    peak_over_idle_mb: Option<f64>,
}

struct Case<'a> {
    stage: &'static str,
    of: String,
    threads: usize,
    work: Box<dyn Fn() -> anyhow::Result<()> + 'a>,
    times: Vec<Duration>,
    processor: Duration,
    peak_over_idle_mb: Option<f64>,
}

/// Times everything and writes a line each to `out`. `photos` has the sample pictures: a place without people and two people.
///
/// # Errors
/// Where a sample picture is missing, a stage fails or `out` cannot be written.
pub fn bench(pack: &Pack, vision: &Vision, photos: &Path, plan: &Plan, out: &mut dyn Write) -> anyhow::Result<()> {
    let scenes = Scenes::read(photos)?;
    let prior = Prior::of_pack(vision)?.context("the pack has no calibration")?;
    let mut cases = pictures(vision, &scenes, plan)?;
    cases.extend(stages(pack, vision, &scenes, plan)?);
    cases.extend(galleries(&prior, vision.embedding_length(), plan)?);
    cases.retain(|case| plan.stages.is_empty() || plan.stages.iter().any(|stage| stage == case.stage));
    for round in 0..=plan.rounds {
        for case in &mut cases {
            case.run(round > 0)?;
        }
    }
    for case in &mut cases {
        serde_json::to_writer(&mut *out, &case.timed())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Bytes to described faces: the pictures of the table in `docs/performance.md`, and one with more and more faces.
fn pictures<'a>(vision: &'a Vision, scenes: &Scenes, plan: &Plan) -> anyhow::Result<Vec<Case<'a>>> {
    let mut cases = vec![];
    for threads in plan.threads.iter().copied() {
        let mut whole = |of: String, size, faces| {
            let bytes = scenes.jpeg(size, faces)?;
            let options = Options { threads, ..Options::live() };
            cases.push(Case::new("picture", of, threads, move || {
                black_box(vision.describe(&bytes, &options)?);
                Ok(())
            }));
            anyhow::Ok(())
        };
        for size in [[640, 360], [1280, 720], [1920, 1080], [3840, 2160]] {
            whole(format!("{}, nobody", in_words(size)), size, 0)?;
            whole(format!("{}, one face", in_words(size)), size, 1)?;
        }
        for faces in &plan.faces {
            whole(format!("1280x720, {faces} faces"), [1280, 720], *faces)?;
        }
    }
    Ok(cases)
}

/// What a picture's time is made of.
fn stages<'a>(pack: &'a Pack, vision: &'a Vision, scenes: &Scenes, plan: &Plan) -> anyhow::Result<Vec<Case<'a>>> {
    let mut cases = vec![];
    for size in [[640, 360], [1280, 720], [1920, 1080], [3840, 2160]] {
        let bytes = scenes.jpeg(size, 1)?;
        cases.push(Case::new("decode", in_words(size), 1, move || {
            black_box(Frame::decode(&bytes, &Limits::default())?);
            Ok(())
        }));
    }
    for size in [[1280, 720], [1920, 1080], [3840, 2160]] {
        let picture = scenes.picture(size, 1);
        cases.push(Case::new("resize", format!("{} to 960x540", in_words(size)), 1, move || {
            black_box(face_server::vision::resize(&picture, [960, 540])?);
            Ok(())
        }));
    }
    for threads in plan.threads.iter().copied() {
        for size in LOOKS {
            let picture = scenes.picture(size, 1);
            let options = Options {
                threads,
                network_size: NetworkSize::Native,
                far: false,
                accept: Accept::Score(0.15),
                ..Options::live()
            };
            cases.push(Case::new("one look", in_words(size), threads, move || {
                black_box(vision.find(&picture, &options)?);
                Ok(())
            }));
        }
        for faces in [0, 1, 4] {
            let picture = scenes.picture([960, 540], faces);
            let options = Options { threads, ..Options::live() };
            cases.push(Case::new("first and closer looks", format!("960x540, {faces} faces"), threads, move || {
                black_box(vision.find(&picture, &options)?);
                Ok(())
            }));
        }
        let crop = RgbImage::new(pack.recogniser.input_size[0], pack.recogniser.input_size[1]);
        cases.push(Case::new("embed", "one face".to_owned(), threads, move || {
            black_box(vision.embed(&crop, threads)?);
            Ok(())
        }));
    }
    let picture = scenes.picture([1280, 720], 1);
    let found = vision.find(&picture, &Options::live())?;
    let landmarks: Landmarks = found.first().context("no face is found in the sample picture")?.landmarks;
    let recogniser = &pack.recogniser;
    cases.push(Case::new("align", "one face of 1280x720".to_owned(), 1, move || {
        let size = recogniser.input_size;
        black_box(align::crop(&picture, &landmarks, &recogniser.template, size, Options::live().sampling));
        Ok(())
    }));
    Ok(cases)
}

/// A face among everybody, and what is computed anew after a photo was learned.
fn galleries<'a>(prior: &'a Prior, length: usize, plan: &Plan) -> anyhow::Result<Vec<Case<'a>>> {
    let mut cases = vec![];
    for photos in &plan.galleries {
        let gallery = pretended(*photos, length)?;
        let calibration = Calibration::of_measured(prior, &gallery, &[]);
        let probe = gallery.people().next().context("an empty gallery")?.photos[0].direction.clone();
        let of = format!("{photos} photos of {} people", gallery.people().len());
        cases.push(Case::new("match", of.clone(), 1, move || {
            black_box(calibration.rank(&probe));
            Ok(())
        }));
        cases.push(Case::new("calibrate", of, 1, move || {
            black_box(Calibration::of_measured(prior, &gallery, &[]));
            Ok(())
        }));
    }
    Ok(cases)
}

/// A gallery of people who do not exist: each a random direction, their photos about it.
fn pretended(photos: usize, length: usize) -> anyhow::Result<Gallery> {
    let mut rng = Rng::with_seed(1);
    let mut gallery = Gallery::default();
    for person in 0..photos.div_ceil(PHOTOS_EACH) {
        let id = PersonId(format!("{person:016x}"));
        gallery.add_person(id.clone(), PersonName::new(&format!("Person {person}"))?)?;
        let middle = direction(&mut rng, length);
        for photo in 0..PHOTOS_EACH.min(photos - person * PHOTOS_EACH) {
            let own = direction(&mut rng, length);
            let (common, apart) = (ALIKE.sqrt(), (1.0 - ALIKE).sqrt());
            let values = middle.iter().zip(own).map(|(middle, own)| common * middle + apart * own).collect();
            let embedding = Embedding::new(values).context("a direction")?;
            let photo = GalleryPhoto {
                id: PhotoId(format!("{person:010x}{photo:06x}")),
                direction: Direction { values: embedding.as_slice().to_vec(), strength: 1.0 },
                embedding,
                quality: 0.8,
                view: View::Front,
            };
            gallery.put_photo(&id, photo)?;
        }
    }
    Ok(gallery)
}

/// A random unit vector: sums of evenly spread numbers are near enough to a normal distribution.
fn direction(rng: &mut Rng, length: usize) -> Vec<f32> {
    let values: Vec<f32> = (0..length).map(|_| (0..6).map(|_| rng.f32() - 0.5).sum()).collect();
    let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt();
    values.into_iter().map(|v| v / norm).collect()
}

/// Pictures as a camera sends them, made of the sample pictures.
struct Scenes {
    place: RgbImage,
    people: Vec<RgbImage>,
}

impl Scenes {
    fn read(photos: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let file = photos.join(name);
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            anyhow::Ok(Frame::decode(&bytes, &Limits::default())?.pixels)
        };
        Ok(Self {
            place: read("nobody.jpg")?,
            people: vec![read("barack_obama_2010.jpg")?, read("joe_biden_2010.jpg")?],
        })
    }

    /// The place with so many faces, evenly spread: one as large as the picture is high, several in rows.
    fn picture(&self, [width, height]: [u32; 2], faces: usize) -> RgbImage {
        let mut picture = imageops::resize(&self.place, width, height, FilterType::Triangle);
        let rows = u32::try_from((1..=4).find(|rows| rows * rows * 2 >= faces).unwrap_or(5)).unwrap_or(1);
        let side = height / rows;
        let across = (width / side).max(1);
        for (n, person) in (0..).zip(self.people.iter().cycle().take(faces)) {
            let person = imageops::resize(person, side, side, FilterType::Triangle);
            let (column, row) = (n % across, n / across);
            let left = if faces == 1 { (width - side) / 2 } else { column * side };
            if picture.copy_from(&person, left, row * side).is_err() {
                break;
            }
        }
        picture
    }

    fn jpeg(&self, size: [u32; 2], faces: usize) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Cursor::new(vec![]);
        self.picture(size, faces).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85))?;
        Ok(bytes.into_inner())
    }
}

impl<'a> Case<'a> {
    fn new(stage: &'static str, of: String, threads: usize, work: impl Fn() -> anyhow::Result<()> + 'a) -> Self {
        let (times, processor) = (vec![], Duration::ZERO);
        Self { stage, of, threads, work: Box::new(work), times, processor, peak_over_idle_mb: None }
    }

    /// Does it once; the first time only warms up.
    fn run(&mut self, counts: bool) -> anyhow::Result<()> {
        let before = memory::begin();
        let (start, processor) = (Instant::now(), ProcessTime::now());
        (self.work)().with_context(|| format!("{} of {}", self.stage, self.of))?;
        let (time, processor) = (start.elapsed(), processor.elapsed());
        if counts {
            self.times.push(time);
            self.processor += processor;
            let over = before.and_then(|before| Some(memory::peak_mb()? - before));
            self.peak_over_idle_mb = over.map(|over| over.max(self.peak_over_idle_mb.unwrap_or(0.0)));
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of rounds")]
    fn timed(&mut self) -> Timed<'_> {
        self.times.sort();
        let ms = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
        let at = |percent: usize| self.times.get(self.times.len() * percent / 100).copied().map_or(0.0, ms);
        Timed {
            stage: self.stage,
            of: &self.of,
            threads: self.threads,
            p50_ms: at(50),
            p95_ms: at(95),
            processor_ms: ms(self.processor) / self.times.len().max(1) as f64,
            peak_over_idle_mb: self.peak_over_idle_mb,
        }
    }
}

fn in_words([width, height]: [u32; 2]) -> String {
    format!("{width}x{height}")
}

/// The process's memory, as Linux accounts for it.
mod memory {
    /// Forgets the peak so far; megabytes that are there now.
    pub(super) fn begin() -> Option<f64> {
        std::fs::write("/proc/self/clear_refs", "5").ok()?;
        megabytes("VmRSS:")
    }

    pub(super) fn peak_mb() -> Option<f64> {
        megabytes("VmHWM:")
    }

    fn megabytes(name: &str) -> Option<f64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }
}
