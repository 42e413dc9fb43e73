//! A certificate and its key → TLS for the server's port: made by the server itself and pinned by its clients, or files that
//! somebody else renews, which are read again when they change.
//! Used by `server` for connections that begin with TLS' first byte. Whether plain text is taken, too, is decided there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::pairing::{Fingerprint, Known};

/// The name in a certificate that the server makes: clients know it by its fingerprint, not by a name.
const NAME: &str = "face-server";

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or may not be read.
    #[error("cannot read {}: {reason}", .path.display())]
    Read { path: PathBuf, reason: String },
    /// It is damaged, or its key is another one's.
    #[error("{what} and its key cannot be used: {reason}")]
    Unusable { what: String, reason: String },
    #[error("cannot make a key: {0}")]
    Make(String),
}

/// A certificate with its key.
#[derive(Debug)]
pub struct Certificate {
    files: Option<Files>,
    loaded: watch::Sender<Loaded>,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Clone, Debug)]
struct Loaded {
    stamps: Stamps,
    fingerprint: Fingerprint,
    config: Arc<ServerConfig>,
}

/// When the files changed last, and their sizes.
type Stamps = [Option<(SystemTime, u64)>; 2];

/// A new key and a certificate for it, both as PEM in one text.
pub fn make() -> Result<String, TlsError> {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).map_err(|e| TlsError::Make(e.to_string()))?;
    Ok(pem("CERTIFICATE", made.cert.der()) + &pem("PRIVATE KEY", &made.signing_key.serialize_der()))
}

/// RFC 7468: base64 in lines of 64.
fn pem(what: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    format!("-----BEGIN {what}-----\n{}-----END {what}-----\n", lines.collect::<String>())
}

impl Certificate {
    /// From what [`make`] made; `file` is where that is kept, for errors.
    pub fn made(pem: &[u8], file: &Path) -> Result<Self, TlsError> {
        let what =
            format!("the server's certificate in {} (delete the file, start again and pair again)", file.display());
        let loaded = loaded(pem, pem, &what, [None; 2])?;
        Ok(Self { files: None, loaded: watch::Sender::new(loaded) })
    }

    /// From files that somebody else keeps up to date.
    pub fn of_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let files = Files { certificate: certificate.to_owned(), key: key.to_owned() };
        let loaded = files.load(files.stamps())?;
        Ok(Self { files: Some(files), loaded: watch::Sender::new(loaded) })
    }

    /// How clients know the server.
    pub fn known(&self) -> Known {
        match self.files {
            Some(_) => Known::ByAuthorities,
            None => Known::By(self.loaded.borrow().fingerprint),
        }
    }

    /// For the next connection. Files that have changed are read again; while they do not fit together, as in the middle of a
    /// renewal, the older ones go on.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        if let Some(files) = &self.files {
            let stamps = files.stamps();
            self.loaded.send_if_modified(|loaded| {
                let changed = stamps != loaded.stamps;
                if changed {
                    match files.load(stamps) {
                        Ok(renewed) => {
                            tracing::info!(certificate = %files.certificate.display(), "the certificate was read again");
                            *loaded = renewed;
                        }
                        Err(error) => {
                            tracing::warn!(%error, "the changed certificate cannot be used; the old one stays in use");
                            loaded.stamps = stamps;
                        }
                    }
                }
                changed
            });
        }
        Arc::clone(&self.loaded.borrow().config)
    }
}

impl Files {
    fn stamps(&self) -> Stamps {
        [&self.certificate, &self.key].map(|path| {
            let facts = std::fs::metadata(path).ok()?;
            Some((facts.modified().ok()?, facts.len()))
        })
    }

    fn load(&self, stamps: Stamps) -> Result<Loaded, TlsError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|e| TlsError::Read { path: path.to_owned(), reason: e.to_string() })
        };
        let what = format!("the certificate {}", self.certificate.display());
        loaded(&read(&self.certificate)?, &read(&self.key)?, &what, stamps)
    }
}

fn loaded(certificate: &[u8], key: &[u8], what: &str, stamps: Stamps) -> Result<Loaded, TlsError> {
    let unusable = |reason: String| TlsError::Unusable { what: what.to_owned(), reason };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(error.to_string()))?;
    let first = chain.first().ok_or_else(|| unusable("it contains no certificate (PEM)".to_owned()))?;
    let fingerprint = Fingerprint(Sha256::digest(first).into());
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable(error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable(error.to_string()))?;
    Ok(Loaded { stamps, fingerprint, config: Arc::new(config) })
}
