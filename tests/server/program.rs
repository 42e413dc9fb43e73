//! The program as it is started: what it says when it fails, and that a failed start costs nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use axum::Router;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use reqwest::Client;
use serde_json::Value;

use crate::common::{NOBODY, OBAMA_PORTRAIT, http, picture};
use crate::trust::break_rows;

fn face_server(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_face-server"));
    command.env("FACES_DIR", folder.join("faces")).env("FACE_DATA_DIR", folder.join("data"));
    command.env("FACE_ANNOUNCE", "never").env("FACE_LOG", "warn").stdin(Stdio::null());
    command
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running server; killed with its test.
struct Served {
    process: Child,
    address: String,
    token: String,
    /// What follows the token in the pairing line.
    known: String,
}

impl Served {
    /// Starts it and waits for its pairing line.
    fn start(mut command: Command) -> Self {
        let mut process = command.env("PORT", "0").stdout(Stdio::piped()).spawn().expect("is started");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let line = output.lines().map_while(Result::ok).find_map(|line| Some(line.split_once("face://")?.1.to_owned()));
        let line = line.expect("a pairing line");
        let (address, token) = line.split_once("/?token=").expect("address and token");
        let (token, known) = token.split_once('&').unwrap_or((token, ""));
        Self { process, address: address.to_owned(), token: token.to_owned(), known: known.to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_people_of_one_folder_are_taken_to_another_by_one_file() {
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let run = |folder: &Path, arguments: &[&str]| face_server(folder).args(arguments).output().expect("has run");
    let file = one.path().join("library.tar");
    let file = file.to_str().expect("a path");
    assert!(run(one.path(), &["enroll", "Anna", OBAMA_PORTRAIT]).status.success());
    let exported = run(one.path(), &["export", file]);
    assert!(exported.status.success(), "{}", words(&exported));
    assert!(String::from_utf8_lossy(&exported.stdout).contains("1 people, 1 photos"), "{exported:?}");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(file).expect("a file").permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
    let over = run(one.path(), &["export", file]);
    assert!(!over.status.success() && words(&over).contains("cannot write"), "{over:?}");
    for said in ["Anna: new, 1 photos added, 0 were there", "Anna: 0 photos added, 1 were there"] {
        let imported = run(other.path(), &["import", file]);
        assert_eq!(String::from_utf8_lossy(&imported.stdout).trim(), said, "{}", words(&imported));
    }
    let [here, there] = [one.path(), other.path()].map(|folder| run(folder, &["people"]).stdout);
    assert_eq!(here, there);
    std::fs::write(file, &std::fs::read(file).expect("is read")[..2_000]).expect("is cut off");
    let cut = run(other.path(), &["import", file]);
    assert!(!cut.status.success() && words(&cut).contains("nothing was changed: it ends too early"), "{cut:?}");
}

#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_leaves_nothing_behind() {
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let (library, pipe) = (one.path().join("library.tar"), one.path().join("pipe"));
    assert!(face_server(one.path()).args(["enroll", "Anna", OBAMA_PORTRAIT]).status().expect("has run").success());
    assert!(face_server(one.path()).arg("export").arg(&library).status().expect("has run").success());
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let import = face_server(other.path()).arg("import").arg(&pipe).stderr(Stdio::piped()).spawn().expect("is started");
    let mut into = std::fs::File::options().write(true).open(&pipe).expect("is read");
    // Most of her photo, whose end is waited for then.
    let bytes = std::fs::read(library).expect("is read");
    into.write_all(&bytes[..bytes.len() / 2]).expect("is taken");
    let hidden = || {
        let inside = std::fs::read_dir(other.path().join("faces")).into_iter().flatten().flatten();
        inside.filter(|entry| entry.file_name().to_string_lossy().starts_with(".face-tmp-")).count()
    };
    while hidden() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(Command::new("kill").arg("-INT").arg(import.id().to_string()).status().expect("kill").success());
    while into.write_all(&[0]).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let ended = import.wait_with_output().expect("has ended");
    assert!(words(&ended).contains("nothing was changed") && words(&ended).contains("interrupted"), "{ended:?}");
    assert_eq!(hidden(), 0);
}

#[cfg(unix)]
#[test]
fn an_export_that_is_interrupted_leaves_no_file() {
    let [home, stick] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    assert!(face_server(home.path()).args(["enroll", "Anna", OBAMA_PORTRAIT]).status().expect("has run").success());
    for number in 0..4 {
        let path = home.path().join(format!("faces/Anna/{number}.jpg"));
        std::fs::write(&path, [picture(OBAMA_PORTRAIT), vec![number; 40 << 20]].concat()).expect("a photo");
        // Nobody is copying it any more.
        let photo = std::fs::File::options().write(true).open(&path).expect("a photo");
        photo.set_modified(std::time::UNIX_EPOCH).expect("is old");
    }
    let library = stick.path().join("library.tar");
    let files = || std::fs::read_dir(stick.path()).expect("is read").count();
    loop {
        let mut command = face_server(home.path());
        command.arg("export").arg(&library).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut export = command.spawn().expect("is started");
        while files() == 0 && export.try_wait().expect("is asked").is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Command::new("kill").arg("-INT").arg(export.id().to_string()).status().expect("kill");
        let ended = export.wait_with_output().expect("has ended");
        if !ended.status.success() {
            assert!(words(&ended).contains("interrupted"), "{ended:?}");
            assert_eq!(files(), 0);
            return;
        }
        // It was faster.
        assert_eq!(files(), 1);
        std::fs::remove_file(&library).expect("is whole");
    }
}

#[cfg(unix)]
#[test]
fn a_leftover_that_anybody_made_forges_no_line_of_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("faces")).expect("a folder");
    std::fs::write(folder.path().join("faces/.face-tmp-\nforged"), b"").expect("a file");
    let mut command = face_server(folder.path());
    let output = command.env("FACE_LOG", "info").env("PORT", "0").arg("--stop-with-stdin").output().expect("has run");
    assert!(words(&output).contains("leftover of an interrupted write"), "{output:?}");
    assert!(!words(&output).lines().any(|line| line.starts_with("forged")), "{output:?}");
}

#[test]
fn what_to_type_next_is_as_the_program_was_called() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("faces")).expect("a folder without people");
    for (called, typed) in [(None, "face-server enroll"), (Some("scripts/run"), "scripts/run enroll")] {
        let mut command = face_server(folder.path());
        command.env_remove("FACE_COMMAND").envs(called.map(|called| ("FACE_COMMAND", called)));
        let output = command.arg("people").output().expect("runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &words(&output);
        assert!(said.contains(typed), "{called:?}: {said}");
    }
}

#[test]
fn a_start_that_fails_says_why_once_and_leaves_the_pairing_line_to_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let occupied = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = occupied.local_addr().expect("an address").port().to_string();
    let failed = face_server(folder.path()).env("PORT", port).output().expect("runs");
    assert!(!failed.status.success());
    let words = words(&failed);
    assert_eq!(words.matches("os error").count(), 1, "{words}");
    assert!(words.contains("--port"), "{words}");
    assert!(Served::start(face_server(folder.path())).token.len() > 20);
}

#[test]
fn a_server_that_others_reach_keeps_one_certificate_for_ever_and_to_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let on_the_network = || {
        let mut command = face_server(folder.path());
        command.env("FACE_LISTEN", "0.0.0.0");
        command
    };
    let first = Served::start(on_the_network());
    let fingerprint = first.known.strip_prefix("fingerprint=").expect("a fingerprint").to_owned();
    assert!(fingerprint.len() == 64 && fingerprint.bytes().all(|b| b"0123456789abcdef".contains(&b)), "{fingerprint}");
    drop(first);
    let kept = folder.path().join("data/tls.pem");
    let pem = std::fs::read(&kept).expect("is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&kept).expect("is kept").permissions().mode() & 0o777, 0o600);
    }
    drop(Served::start(on_the_network()));
    assert_eq!(std::fs::read(&kept).expect("is kept"), pem);
    let mut plain = on_the_network();
    plain.env("FACE_PLAIN", "true");
    assert_eq!(Served::start(plain).known, "");
}

/// What a command prints, and whether it succeeded.
fn said(command: &mut Command) -> (String, bool) {
    let output = command.output().expect("runs");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

#[test]
fn the_pairing_line_is_printed_again_until_a_client_has_come_and_whenever_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Served::start(face_server(folder.path())).token.clone();
    assert_eq!(Served::start(face_server(folder.path())).token, first);
    let (line, fine) = said(face_server(folder.path()).args(["pair", "--port", "9999"]));
    assert!(fine && line.contains(&format!("face://127.0.0.1:9999/?token={first}\n")), "{line}");
    assert!(line.contains("this machine only") && line.contains("--listen 0.0.0.0"), "{line}");
    std::fs::remove_file(folder.path().join("data/admin-token")).expect("is removed");
    let (line, fine) = said(face_server(folder.path()).args(["pair", "--listen", "0.0.0.0"]));
    assert!(fine && line.contains("&fingerprint=") && !line.contains(&first), "{line}");
}

#[test]
fn the_doctor_says_what_is_wrong_and_how_to_mend_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("faces")).expect("is made");
    let picture = folder.path().join("hall.jpg");
    std::fs::write(&picture, self::picture(NOBODY)).expect("is written");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port().to_string();
    drop(free);
    let doctor = |place: &str, port: &str| {
        said(face_server(folder.path()).args(["doctor", "--port", port, "--camera-url", place]))
    };
    let (words, fine) = doctor(picture.to_str().expect("text"), &port);
    assert!(fine && words.contains("Nothing is wrong") && words.contains("camera default: a picture"), "{words}");
    assert!(!folder.path().join("data").exists(), "it makes nothing");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").port().to_string();
    let (words, fine) = doctor("http://127.0.0.1:9/snap.jpg", &taken);
    assert!(!fine, "{words}");
    for part in ["WRONG  camera default: http://127.0.0.1:9", "WRONG  port:", "--port", "ok     weights"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    std::fs::write(folder.path().join("hall.jpg"), "no picture").expect("is written");
    let (words, fine) = doctor(picture.to_str().expect("text"), &port);
    assert!(!fine && words.contains("not a picture"), "{words}");
}

#[test]
fn the_first_lines_say_where_whom_and_what_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = face_server(folder.path()).env("PORT", "0").stdout(Stdio::piped()).spawn().expect("is started");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let said: Vec<String> = lines.by_ref().take_while(|line| !line.contains("face://")).collect();
    let said = said.join("\n");
    for part in ["listens on 127.0.0.1:", "this machine only", "knows nobody yet", "admin-token", "--listen 0.0.0.0"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    process.kill().expect("is stopped");
    process.wait().expect("is stopped");
}

#[test]
fn a_child_ends_with_the_program_that_started_it_and_answers_health_checks_until_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = face_server(folder.path());
    command.arg("--stop-with-stdin").stdin(Stdio::piped());
    let mut child = Served::start(command);
    let port = child.address.rsplit(':').next().expect("a port").to_owned();
    let (line, fine) = said(face_server(folder.path()).args(["healthcheck", "--port", &port]));
    assert!(fine && line.contains(env!("CARGO_PKG_VERSION")), "{line}");
    // As the kernel does when a parent is killed.
    drop(child.process.stdin.take());
    assert!(child.process.wait().expect("ends").success());
    let (line, fine) = said(face_server(folder.path()).args(["healthcheck", "--port", &port]));
    assert!(!fine && line.contains("no face-server"), "{line}");
}

#[test]
fn the_server_answers_while_it_learns_and_is_ready_once_everybody_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let alice = folder.path().join("faces/Alice");
    std::fs::create_dir_all(&alice).expect("a folder");
    for n in 0..16_u8 {
        // Bytes after the end of a JPEG are ignored: another photo with the same content.
        let photo = [&picture(OBAMA_PORTRAIT)[..], &[n]].concat();
        std::fs::write(alice.join(format!("{n}.jpg")), photo).expect("a photo");
    }
    let server = Served::start(face_server(folder.path()));
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    let check = |ready: &[&str]| said(face_server(folder.path()).args(["healthcheck", "--port", &port]).args(ready));
    let (line, fine) = check(&["--ready"]);
    assert!(!fine && line.contains("photos are still being learned"), "{line}");
    assert!(check(&[]).1, "it runs");
    let (began, patience) = (std::time::Instant::now(), std::time::Duration::from_secs(300));
    while !check(&["--ready"]).1 {
        assert!(began.elapsed() < patience, "never ready");
    }
}

/// Takes one request, and answers as the Supervisor does.
fn supervisor(listener: TcpListener, answer: &'static str) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("is asked");
        let mut reader = BufReader::new(stream.try_clone().expect("a copy"));
        let (mut request, mut length) = (String::new(), 0);
        while !request.ends_with("\r\n\r\n") {
            let start = request.len();
            reader.read_line(&mut request).expect("a line");
            if let Some(value) = request.get(start..).and_then(|line| line.strip_prefix("Content-Length: ")) {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("a body");
        let body = String::from_utf8(body).expect("is text");
        write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").expect("is answered");
        request + &body
    })
}

#[test]
fn an_app_tells_the_supervisor_where_it_is_until_it_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let first = supervisor(listener.try_clone().expect("a copy"), "502 Bad Gateway");
    let mut command = face_server(folder.path());
    command.env("FACE_ANNOUNCE", "supervisor").env("FACE_LISTEN", "0.0.0.0").env("SUPERVISOR", &address);
    command.env("SUPERVISOR_TOKEN", "of-the-app").env("HOSTNAME", "local-face");
    let server = Served::start(command);
    first.join().expect("is told");
    let told = supervisor(listener, "200 OK").join().expect("is told again");
    assert!(
        told.starts_with("POST /discovery HTTP/1.1\r\n") && told.contains("\r\nAuthorization: Bearer of-the-app\r\n")
    );
    let body: Value = serde_json::from_str(told.split_once("\r\n\r\n").expect("a body").1).expect("is JSON");
    assert_eq!(body["service"], "face");
    let config = &body["config"];
    assert_eq!((config["host"].as_str(), config["token"].as_str()), (Some("local-face"), Some(server.token.as_str())));
    assert_eq!(Some(config["port"].to_string().as_str()), server.address.rsplit(':').next());
    assert_eq!(format!("fingerprint={}", config["fingerprint"].as_str().expect("a fingerprint")), server.known);
}

#[test]
fn variables_set_to_nothing_are_not_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = face_server(folder.path());
    for name in ["PORT", "FACE_LISTEN", "FACE_WORKERS", "FACE_LOG_FORMAT", "CAMERA_URL", "FACES_DIR"] {
        command.env(name, "");
    }
    std::fs::create_dir(folder.path().join("faces")).expect("is made");
    let listed = command.arg("people").current_dir(folder.path()).output().expect("runs");
    assert!(listed.status.success(), "{}", words(&listed));
}

#[test]
fn commands_that_only_read_make_nothing_and_name_a_missing_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in ["people", "check"] {
        let failed = face_server(folder.path()).arg(command).output().expect("runs");
        let words = words(&failed);
        assert!(!failed.status.success() && words.contains("--faces-dir"), "{command}: {words}");
    }
    let alice = folder.path().join("faces/Alice");
    std::fs::create_dir_all(&alice).expect("is made");
    std::fs::write(alice.join("a.jpg"), picture(NOBODY)).expect("is written");
    std::fs::write(alice.join("two\nlines.heic"), "x").expect("is written");
    std::os::unix::fs::symlink("loop", folder.path().join("faces/loop")).expect("is linked");
    let checked = face_server(folder.path()).arg("check").output().expect("runs");
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(!checked.status.success() && said.contains("  loop: cannot be looked at"), "{said}");
    assert!(said.contains("  Alice/two\\nlines.heic: "), "{said}");
    assert!(!folder.path().join("data").exists() && !alice.join(".person.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_without_authorities_fetches_by_http_and_says_what_https_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let camera = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = camera.local_addr().expect("an address");
    let router = Router::new().route("/snapshot.jpg", get(|| async { picture(NOBODY) }));
    tokio::spawn(async move { axum::serve(camera, router).await });
    let config = folder.path().join("face-server.toml");
    let cameras = format!(
        "[cameras.plain]\nurl = \"http://{address}/snapshot.jpg\"\n[cameras.tls]\nurl = \"https://{address}/snapshot.jpg\"\n"
    );
    std::fs::write(&config, cameras).expect("is written");
    let mut command = face_server(folder.path());
    command.env("FACE_CONFIG", &config);
    command.env("SSL_CERT_FILE", folder.path().join("none.pem")).env("SSL_CERT_DIR", folder.path().join("none"));
    let served = tokio::task::spawn_blocking(|| Served::start(command)).await.expect("is started");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let ask = async |camera: &str| {
        let url = format!("http://{}/recognize?camera={camera}", served.address);
        client.get(url).bearer_auth(&served.token).send().await.expect("an answer")
    };
    assert_eq!(ask("plain").await.status(), 200);
    let refused = ask("tls").await;
    assert_eq!(refused.status(), 502);
    let error: Value = serde_json::from_slice(&refused.bytes().await.expect("bytes")).expect("JSON");
    assert!(error["message"].as_str().is_some_and(|words| words.contains("ca-certificates")), "{error}");
}

#[test]
fn one_broken_row_of_each_kind_is_named_with_its_file_and_the_rest_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Served::start(face_server(folder.path())));
    let database = folder.path().join("data/face.sqlite3");
    break_rows(&database);
    let said = folder.path().join("said");
    let mut command = face_server(folder.path());
    command.stderr(std::fs::File::create(&said).expect("a file"));
    let served = Served::start(command);
    let answer = status_of(&served, "/metrics", &served.token);
    assert_eq!(answer, 200, "the token that is whole lets in");
    drop(served);
    let said = std::fs::read_to_string(said).expect("words");
    for part in ["face.sqlite3", "set aside", "backup", "a/b", "token", "sighting", "unknown person"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

fn status_of(served: &Served, path: &str, token: &str) -> u16 {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let request = http().get(format!("http://{}{path}", served.address)).bearer_auth(token);
    runtime.block_on(async { request.send().await.expect("an answer").status().as_u16() })
}

#[test]
fn tokens_without_a_time_a_name_or_a_role_are_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "x".repeat(10_000);
    for (name, role, lasts) in [
        ("door", "read", "0s"),
        ("door", "read", "-1d"),
        ("door", "read", "1e3d"),
        ("door", "read", "10000000000000d"),
        ("do\nor", "read", "1d"),
        ("do\u{1b}[2Jor", "read", "1d"),
        (&long, "read", "1d"),
        (" ", "read", "1d"),
        ("door", "king", "1d"),
    ] {
        let mut command = face_server(folder.path());
        let refused = command.args(["token", "add", name, "--role", role]).arg(format!("--expires={lasts}")).output();
        let refused = refused.expect("has run");
        assert!(!refused.status.success() && !words(&refused).is_empty(), "{name:.20?} {role} {lasts}: {refused:?}");
    }
    let listed = face_server(folder.path()).args(["token", "list"]).output().expect("has run");
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), 1, "the head alone: {listed:?}");
}

#[test]
fn a_token_expires_while_it_is_used_and_the_list_says_when_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(face_server(folder.path()));
    let token = |args: &[&str]| said(face_server(folder.path()).arg("token").args(args));
    let (text, fine) = token(&["add", "guest", "--role", "read", "--expires", "5s"]);
    assert!(fine, "{text}");
    let listed = |name: &str| {
        let list = token(&["list"]).0;
        list.lines().find(|line| line.ends_with(name)).map(str::to_owned).expect(name)
    };
    assert!(listed("guest").contains("never") && listed("admin").ends_with("never             admin"));
    assert_eq!(status_of(&served, "/metrics", text.trim()), 200);
    let (began, patience) = (std::time::Instant::now(), std::time::Duration::from_secs(60));
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    while status_of(&served, "/metrics", text.trim()) == 200 || listed("guest").matches(&today).count() < 2 {
        assert!(began.elapsed() < patience, "{}", listed("guest"));
    }
    assert!(listed("guest").contains("has expired"), "{}", listed("guest"));
    for bad in ["soon", "1 month", "0s", "-1d"] {
        assert!(!token(&["add", "x", "--role", "read", &format!("--expires={bad}")]).1, "{bad}");
    }
}

#[test]
fn a_token_is_renewed_while_the_server_runs_and_no_log_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let mut command = face_server(folder.path());
    command.env("FACE_LOG", "trace").stderr(std::fs::File::create(&log).expect("a file"));
    let served = Served::start(command);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let address = format!("ws://{}/v1/ws", served.address);
        let (mut socket, _) = tokio_tungstenite::connect_async(address).await.expect("a connection");
        let auth = serde_json::json!({
            "type": "auth", "protocol": 1, "token": served.token, "client_id": "t", "now": jiff::Timestamp::now().to_string()
        });
        socket.next().await.expect("hello").expect("hello");
        socket.send(auth.to_string().into()).await.expect("sent");
        let answer = socket.next().await.expect("an answer").expect("an answer");
        assert!(answer.to_string().contains("auth_ok"), "{answer}");
        let renewed = face_server(folder.path()).args(["token", "renew", "admin"]).output().expect("runs");
        assert!(renewed.status.success(), "{}", words(&renewed));
        let closed = async { while let Some(Ok(message)) = socket.next().await { if message.is_close() { break } } };
        tokio::time::timeout(std::time::Duration::from_secs(20), closed).await.expect("the old one's connection ends");
        let new = String::from_utf8(renewed.stdout).expect("text");
        let status = async |token: &str| {
            let request = http().get(format!("http://{}/metrics", served.address)).bearer_auth(token);
            request.send().await.expect("an answer").status().as_u16()
        };
        assert_eq!((status(&served.token).await, status(new.trim()).await), (401, 200));
    });
    let lines = std::fs::read_to_string(log).expect("a log");
    assert!(lines.contains("TRACE") && !lines.contains(&served.token));
}

#[tokio::test]
async fn a_log_that_cannot_be_written_stops_neither_the_server_nor_whoever_logs_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = face_server(folder.path());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a disk that is full");
    command.env("FACE_LOG", "info").stderr(full);
    let server = Served::start(command);
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("ws://{}/v1/ws", server.address)).await.expect("a WebSocket");
    let auth = serde_json::json!({
        "type": "auth", "protocol": 1, "token": server.token, "client_id": "x", "now": jiff::Timestamp::now().to_string()
    });
    let ping = serde_json::json!({"id": 1, "type": "ping"});
    for message in [auth, ping] {
        socket.send(message.to_string().into()).await.expect("is sent");
    }
    let texts = socket.filter_map(|message| {
        std::future::ready(message.ok().filter(tokio_tungstenite::tungstenite::Message::is_text))
    });
    let told: Vec<_> = texts.take(3).map(|message| message.to_string()).collect().await;
    assert!(told.last().is_some_and(|last| last.contains("\"success\":true")), "{told:?}");
}
