//! Any text as a person's name and as a camera's address.

use face_server::people::PersonName;
use face_server::server::fetch::{Certificates, NamedBy, WebSource, address};

pub(crate) fn run(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Ok(name) = PersonName::new(text) {
        assert_eq!(PersonName::new(name.as_str()).as_ref(), Ok(&name), "a name is a name");
        let folder = name.folder_name();
        assert!(!folder.is_empty() && folder.len() <= 255 && !folder.contains(['/', '\\', '\0']), "{folder:?}");
        assert!(folder != "." && folder != "..");
        assert!(!name.fold_key().is_empty());
    }
    if let Ok(source) = WebSource::new(text, None, Certificates::Verified, NamedBy::Request) {
        let url = address::parse(text).expect("an address");
        assert!(matches!(url.scheme(), "http" | "https") && !address::names_closed_address(&url), "{url}");
        let shown = format!("{source:?}");
        assert!(!shown.contains('@') && !shown.contains('?'), "{shown}");
    }
}
