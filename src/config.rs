//! Flags, environment and a TOML file → one checked [`Config`], from which each room gets its plain options.
//! A flag wins over the environment, that over the file, that over the default. The file is strict: an unknown key is an
//! error that names it. Called by the command line; must not know how anything works.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::engine::{CameraId, CameraSettings, OutOfRange, Settings, SettingsChange};
use crate::server::fetch::{Certificates, FetchError, Login, LoginMethod, NamedBy, Source, WebSource};
use crate::server::{Announce, PlainText};
use crate::vision::{Limits, Rect, Rotation};

/// The port where nothing says another.
pub const DEFAULT_PORT: u16 = 8765;
/// Endings of files that are pictures.
const PICTURES: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];
/// A key this many edits away from a known one is taken for a slip of the pen.
const SLIP: usize = 3;

/// Options of the command line, which are also environment variables and keys of the configuration file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flags {
    /// Configuration file (TOML)
    #[arg(long, env = "FACE_CONFIG", value_name = "FILE", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Folder with one folder of photos for each person [default: ./faces]
    #[arg(long, env = "FACES_DIR", value_name = "DIR", global = true)]
    pub faces_dir: Option<PathBuf>,
    /// Folder for everything else that is kept: database, token [default: ./data]
    #[arg(long, env = "FACE_DATA_DIR", value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Folder with another model pack than the built-in one
    #[arg(long, env = "FACE_PACK", value_name = "DIR", global = true)]
    pub pack: Option<PathBuf>,
    /// Address to listen on; 0.0.0.0 for the whole network [default: 127.0.0.1]
    #[arg(long, env = "FACE_LISTEN", value_name = "ADDRESS", global = true)]
    pub listen: Option<IpAddr>,
    /// Port for HTTP and WebSocket [default: 8765]
    #[arg(long, env = "PORT", value_name = "PORT", global = true)]
    pub port: Option<u16>,
    /// Certificate of your own for TLS (PEM), instead of the one that the server makes; read again when it changes
    #[arg(long, env = "FACE_CERTIFICATE", value_name = "FILE", global = true)]
    pub certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, env = "FACE_KEY", value_name = "FILE", global = true)]
    pub key: Option<PathBuf>,
    /// Take plain text from other machines, too: everybody on the way can read pictures and tokens
    #[arg(long, env = "FACE_PLAIN", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", global = true)]
    pub plain: Option<bool>,
    /// Camera `default`: address of a still picture (http, https), or a file
    #[arg(long, env = "CAMERA_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub camera_url: Option<String>,
    /// How long people whose folders are missing are waited for before they are forgotten, hours [default: 24]
    #[arg(long, env = "FACE_FORGET_MISSING_AFTER", value_name = "HOURS", global = true)]
    pub forget_missing_after: Option<u32>,
    /// Threads that recognise pictures [default: one a processor core, at most 4]
    #[arg(long, env = "FACE_WORKERS", value_name = "N", global = true)]
    pub workers: Option<usize>,
    /// Largest encoded picture, bytes [default: 16777216]
    #[arg(long, env = "FACE_MAX_IMAGE_BYTES", value_name = "BYTES", global = true)]
    pub max_image_bytes: Option<usize>,
    /// Largest picture, pixels [default: 50000000]
    #[arg(long, env = "FACE_MAX_PIXELS", value_name = "PIXELS", global = true)]
    pub max_pixels: Option<u64>,
    /// Whether to be discovered in the network (mDNS), where the address can be reached from it [default: auto]
    #[arg(long, env = "FACE_ANNOUNCE", value_name = "WHEN", global = true)]
    pub announce: Option<Announce>,
    /// What to log: error, warn, info, debug, or a filter like `info,face_server=debug` [default: info]
    #[arg(long, env = "FACE_LOG", value_name = "FILTER", global = true)]
    pub log: Option<String>,
    /// How to log [default: text]
    #[arg(long, env = "FACE_LOG_FORMAT", value_name = "FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
    #[arg(skip)]
    settings: SettingsChange,
    #[arg(skip)]
    cameras: BTreeMap<String, CameraTable>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that can be configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// One folder of photos for each person.
    pub faces_dir: PathBuf,
    pub data_dir: PathBuf,
    /// Another model pack than the built-in one.
    pub pack: Option<PathBuf>,
    /// How long people whose folders are missing are waited for.
    pub forget_missing_after: Duration,
    /// Address to listen on.
    pub listen: IpAddr,
    pub port: u16,
    /// A certificate of somebody's own, and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// From where plain text is taken.
    pub plain: PlainText,
    /// Threads that recognise pictures; the engine's choice where `None`.
    pub workers: Option<usize>,
    pub limits: Limits,
    /// Whether to be discovered.
    pub announce: Announce,
    pub log: String,
    pub log_format: LogFormat,
    /// Settings until a client changes them.
    pub settings: Settings,
    /// Cameras with an address or a file, by name.
    pub cameras: BTreeMap<String, CameraEntry>,
}

impl Config {
    /// How large photos to learn from may be.
    pub fn photo_limits(&self) -> Limits {
        Limits::photo().or_larger(self.limits)
    }
}

/// A camera of the configuration.
#[derive(Clone, Debug)]
pub struct CameraEntry {
    /// Where its pictures come from.
    pub source: Source,
    /// What the engine knows of it.
    pub settings: CameraSettings,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// The file is not as expected.
    #[error("{path}, line {line}: {problem}")]
    Parse { path: PathBuf, line: usize, problem: String },
    /// A camera cannot be used.
    #[error("camera {name}: {problem}")]
    Camera { name: String, problem: String },
    /// A value is out of range.
    #[error("{key}: {problem}")]
    Value { key: &'static str, problem: String },
    #[error("settings.{0}")]
    Settings(OutOfRange),
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CameraTable {
    url: Option<String>,
    file: Option<PathBuf>,
    username: Option<String>,
    password: Option<String>,
    login: LoginMethod,
    accept_invalid_certs: bool,
    name: Option<String>,
    area: Option<String>,
    counts_as_home: bool,
    presence_timeout_s: Option<u32>,
    min_face_px: Option<u32>,
    ignored_areas: Vec<Rect>,
    rotate: Rotation,
}

impl std::fmt::Debug for CameraTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CameraTable(…)")
    }
}

/// Joins flags (with the environment already in them) and the file they name.
pub fn load(flags: &Flags) -> Result<Config, ConfigError> {
    let (file, folder) = match &flags.config {
        None => (Flags::default(), PathBuf::new()),
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
            (parse(path, &text)?, path.parent().map(Path::to_owned).unwrap_or_default())
        }
    };
    join(flags, file, &folder)
}

fn parse(path: &Path, text: &str) -> Result<Flags, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        // Only the message: the error's display quotes the line, which may hold a password.
        ConfigError::Parse { path: path.to_owned(), line, problem: explained(error.message()) }
    })
}

/// The reader's message; for an unknown key with the one that was probably meant.
fn explained(message: &str) -> String {
    let message = message.trim();
    let Some(rest) = message.strip_prefix("unknown field `") else { return message.to_owned() };
    let Some((unknown, known)) = rest.split_once('`') else { return message.to_owned() };
    let nearest = known
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|key| (strsim::damerau_levenshtein(unknown, key), key))
        .min()
        .filter(|(edits, _)| *edits <= SLIP);
    match nearest {
        Some((_, key)) => format!("`{unknown}` isn't a key; did you mean `{key}`?"),
        None => format!(
            "`{unknown}` isn't a key; known ones are{}",
            known.replacen(", expected one of", "", 1).replacen(", expected", "", 1)
        ),
    }
}

/// `folder` is where relative paths of the file begin.
fn join(flags: &Flags, file: Flags, folder: &Path) -> Result<Config, ConfigError> {
    let from_file = |path: Option<PathBuf>| path.map(|path| folder.join(path));
    let camera_url = match (&flags.camera_url, file.camera_url) {
        (Some(place), _) => Some((place.clone(), Path::new(""))),
        (None, place) => place.map(|place| (place, folder)),
    };
    let of_url = camera_url.map(|(place, folder)| ("default".to_owned(), place_of(place, folder), folder));
    let mut cameras = BTreeMap::new();
    for (name, table, folder) in file.cameras.into_iter().map(|(name, table)| (name, Ok(table), folder)).chain(of_url) {
        let entry = table.and_then(|table| camera(&name, table, folder));
        let entry = entry.map_err(|problem| ConfigError::Camera { name: name.clone(), problem })?;
        cameras.insert(name, entry);
    }
    let limits = Limits::default();
    let max_bytes = flags.max_image_bytes.or(file.max_image_bytes).unwrap_or(limits.max_bytes);
    within("max_image_bytes", max_bytes as u64, 1024, 256 << 20)?;
    let max_pixels = flags.max_pixels.or(file.max_pixels).unwrap_or(limits.max_pixels);
    within("max_pixels", max_pixels, 10_000, 500_000_000)?;
    let forget_missing_after = flags.forget_missing_after.or(file.forget_missing_after).unwrap_or(24);
    within("forget_missing_after", forget_missing_after.into(), 1, 8_760)?;
    let workers = flags.workers.or(file.workers);
    within("workers", workers.unwrap_or(1) as u64, 1, 64)?;
    let certificate = flags.certificate.clone().or(from_file(file.certificate));
    let certificate = match (certificate, flags.key.clone().or(from_file(file.key))) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (Some(_), None) => return wrong("certificate", "a certificate needs its key (--key FILE)"),
        (None, Some(_)) => return wrong("key", "a key needs its certificate (--certificate FILE)"),
    };
    let plain = flags.plain.or(file.plain).unwrap_or_default();
    let plain = if plain { PlainText::FromEverywhere } else { PlainText::FromThisMachine };
    Ok(Config {
        faces_dir: flags.faces_dir.clone().or(from_file(file.faces_dir)).unwrap_or_else(|| "faces".into()),
        data_dir: flags.data_dir.clone().or(from_file(file.data_dir)).unwrap_or_else(|| "data".into()),
        pack: flags.pack.clone().or(from_file(file.pack)),
        forget_missing_after: Duration::from_secs(u64::from(forget_missing_after) * 3_600),
        listen: flags.listen.or(file.listen).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        port: flags.port.or(file.port).unwrap_or(DEFAULT_PORT),
        certificate,
        plain,
        workers,
        limits: Limits { max_bytes, max_pixels },
        announce: flags.announce.or(file.announce).unwrap_or_default(),
        log: flags.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
        log_format: flags.log_format.or(file.log_format).unwrap_or_default(),
        settings: Settings::default().changed(&file.settings).map_err(ConfigError::Settings)?,
        cameras,
    })
}

/// A camera's place in short: an address with its scheme, or a file that is there, or is plainly meant as one.
fn place_of(place: String, folder: &Path) -> Result<CameraTable, String> {
    if let Some(path) = place.strip_prefix("file://") {
        return Ok(CameraTable { file: Some(path.into()), ..CameraTable::default() });
    }
    if place.contains("://") {
        return Ok(CameraTable { url: Some(place), ..CameraTable::default() });
    }
    let path = Path::new(&place);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let alone = path.components().count() == 1 && ending.is_some_and(|e| PICTURES.contains(&e.as_str()));
    let plainly = path.is_absolute() || place.starts_with("./") || place.starts_with("../") || alone;
    if plainly || folder.join(path).is_file() {
        return Ok(CameraTable { file: Some(place.into()), ..CameraTable::default() });
    }
    // Not the text itself: it may hold a password.
    Err("its place begins with neither http:// nor https:// (an address), nor / nor ./ (a file); write it in full"
        .to_owned())
}

fn camera(name: &str, table: CameraTable, folder: &Path) -> Result<CameraEntry, String> {
    let named = !name.is_empty() && name.len() <= 64 && name.chars().all(|c| !c.is_control() && !"/?#%&".contains(c));
    if !named {
        return Err("a camera's name is 1 to 64 bytes without / ? # % & and control characters".to_owned());
    }
    let login = match (table.username, table.password) {
        (Some(username), password) => {
            Some(Login { username, password: password.unwrap_or_default(), method: table.login })
        }
        (None, Some(_)) => return Err("password is set, but username is not".to_owned()),
        (None, None) => None,
    };
    let certificates = if table.accept_invalid_certs { Certificates::Any } else { Certificates::Verified };
    let source = match (table.url, table.file) {
        (Some(url), None) => WebSource::new(&url, login, certificates, NamedBy::Configuration)
            .map(Source::Url)
            .map_err(|error: FetchError| error.to_string())?,
        (None, Some(file)) if file.to_string_lossy().contains("://") => {
            return Err("file is a path on this machine; for an address use url".to_owned());
        }
        (None, Some(file)) => Source::File(folder.join(file)),
        (Some(_), Some(_)) => {
            return Err("it has both url and file; one of them says where pictures come from".to_owned());
        }
        (None, None) => return Err("it needs url or file".to_owned()),
    };
    let settings = CameraSettings {
        id: CameraId(name.to_owned()),
        name: table.name.unwrap_or_else(|| name.to_owned()),
        area: table.area,
        counts_as_home: table.counts_as_home,
        presence_timeout_s: table.presence_timeout_s,
        min_face_px: table.min_face_px,
        ignored_areas: table.ignored_areas,
        rotate: table.rotate,
    };
    let settings = settings.checked().map_err(|error| error.to_string())?;
    Ok(CameraEntry { source, settings })
}

fn within(key: &'static str, value: u64, least: u64, most: u64) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    wrong(key, format!("{value} is not within {least}..={most}"))
}

fn wrong<T>(key: &'static str, problem: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::Value { key, problem: problem.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        with_flags(&Flags::default(), text)
    }

    fn with_flags(flags: &Flags, text: &str) -> Result<Config, ConfigError> {
        join(flags, parse(Path::new("face-server.toml"), text)?, Path::new("/etc/face"))
    }

    fn problem(text: &str) -> String {
        config(text).expect_err("is refused").to_string()
    }

    #[test]
    fn without_anything_the_server_is_for_this_machine_only() {
        let config = config("").expect("is fine");
        assert!(config.listen.is_loopback());
        assert_eq!((config.port, config.faces_dir, config.data_dir), (8765, "faces".into(), "data".into()));
        assert!(config.cameras.is_empty());
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let flags = Flags { port: Some(1), ..Flags::default() };
        assert_eq!(with_flags(&flags, "port = 2").expect("is fine").port, 1);
        assert_eq!(config("port = 2").expect("is fine").port, 2);
    }

    #[test]
    fn an_unknown_key_is_named_with_the_one_that_was_meant() {
        let words = problem("port = 1\nlisten_adress = \"0.0.0.0\"\n");
        assert!(words.contains("line 2") && words.contains("listen_adress"), "{words}");
        assert!(problem("lisen = \"0.0.0.0\"").contains("did you mean `listen`?"));
        assert!(problem("[cameras.door]\nurl = \"http://a/\"\nusrename = \"x\"").contains("did you mean `username`?"));
    }

    #[test]
    fn a_mistake_beside_a_password_does_not_show_it() {
        let words = problem("[cameras.door]\nurl = \"http://a/\"\npassword = [\"hush\"]");
        assert!(words.contains("line 3") && !words.contains("hush"), "{words}");
    }

    #[test]
    fn paths_of_the_file_begin_where_the_file_is() {
        let config = config("faces_dir = \"people\"\ncamera_url = \"door.jpg\"\n[cameras.a]\nfile = \"a.jpg\"")
            .expect("is fine");
        assert_eq!(config.faces_dir, Path::new("/etc/face/people"));
        assert_eq!(config.cameras["default"].source, Source::File("/etc/face/door.jpg".into()));
        assert_eq!(config.cameras["a"].source, Source::File("/etc/face/a.jpg".into()));
    }

    #[test]
    fn the_originals_camera_is_the_camera_default() {
        let flags = |place: &str| Flags { camera_url: Some(place.to_owned()), ..Flags::default() };
        let web = with_flags(&flags("http://user:hush@camera.local/snap.jpg"), "").expect("is fine");
        assert!(matches!(web.cameras["default"].source, Source::Url(_)));
        assert!(!format!("{web:?}").contains("hush"));
        let file = with_flags(&flags("./camera.jpg"), "").expect("is fine");
        assert_eq!(file.cameras["default"].source, Source::File("./camera.jpg".into()));
    }

    #[test]
    fn a_camera_without_http_before_it_is_not_silently_a_file() {
        let flags = |place: &str| Flags { camera_url: Some(place.to_owned()), ..Flags::default() };
        for place in ["192.168.1.20/snap.jpg", "camera.local:8080/snap", "ann:hush@camera/snap.jpg", "camera/a.jpg"] {
            let words = with_flags(&flags(place), "").expect_err("is refused").to_string();
            assert!(words.contains("http://") && words.contains("./") && !words.contains("hush"), "{place}: {words}");
            let words = problem(&format!("[cameras.a]\nurl = \"{place}\""));
            assert!(words.contains("http://") && !words.contains("hush"), "{place}: {words}");
        }
        for place in ["camera.jpg", "./hall/now", "../a.png", "/run/cameras/hall", "file:///run/hall.jpg"] {
            let config = with_flags(&flags(place), "").expect("is a file");
            assert!(matches!(config.cameras["default"].source, Source::File(_)), "{place}");
        }
        assert!(problem("[cameras.a]\nfile = \"http://a/b.jpg\"").contains("url"));
    }

    #[test]
    fn a_camera_needs_exactly_one_place() {
        assert!(problem("[cameras.a]\narea = \"x\"").contains("url or file"));
        assert!(problem("[cameras.a]\nurl = \"http://a/\"\nfile = \"a\"").contains("both"));
        assert!(problem("[cameras.a]\nurl = \"rtsp://a/\"").contains("rtsp"));
        assert!(problem("[cameras.\"a/b\"]\nfile = \"a\"").contains("name"));
    }

    #[test]
    fn a_certificate_and_its_key_come_together() {
        assert!(problem("certificate = \"a.pem\"").contains("--key"));
        assert!(problem("key = \"a.pem\"").contains("--certificate"));
        let both = config("certificate = \"a.pem\"\nkey = \"b.pem\"").expect("is fine");
        assert_eq!(both.certificate, Some(("/etc/face/a.pem".into(), "/etc/face/b.pem".into())));
    }

    #[test]
    fn values_out_of_range_are_named() {
        assert!(problem("workers = 0").contains("workers"));
        assert!(problem("[settings]\nretention_days = 0").contains("retention_days"));
        assert!(problem("max_image_bytes = 1").contains("max_image_bytes"));
    }

    #[test]
    fn the_example_in_the_docs_names_every_key_and_is_valid() {
        let example = include_str!("../docs/face-server.example.toml");
        let all: String = example
            .lines()
            .map(|line| line.strip_prefix("#= ").unwrap_or(line))
            .fold(String::new(), |text, line| text + line + "\n");
        for text in [example, all.as_str()] {
            config(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        }
        let names = |debug: &str| {
            debug.split([' ', '\n']).filter_map(|w| w.strip_suffix(':').map(str::to_owned)).collect::<Vec<_>>()
        };
        let mut keys = names(&format!("{:?} {:?}", Flags::default(), SettingsChange::default()));
        keys.retain(|key| !["config", "settings", "cameras"].contains(&key.as_str()));
        for key in keys {
            assert!(all.lines().any(|line| line.starts_with(&format!("{key} ="))), "{key} is not in the example");
        }
    }
}
