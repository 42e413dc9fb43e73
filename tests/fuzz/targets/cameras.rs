//! Any bytes as the answers of a camera, one connection after the other: a picture within the limit, or words.

use std::time::Duration;

use face_server::server::fetch::{Certificates, Fetcher, NamedBy, Source, WebSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const LIMIT: usize = 64 * 1024;
/// A camera that keeps silent is waited for much longer, which tells nothing here.
const PATIENCE: Duration = Duration::from_millis(100);

/// Answers each connection with its part of the bytes, which end at two zeros.
async fn answer(listener: TcpListener, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { return };
        let end = rest.windows(2).position(|pair| pair == [0, 0]);
        let (part, after) = end.map_or((rest, &[][..]), |end| (&rest[..end], &rest[end + 2..]));
        rest = after;
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(part).await;
    }
}

pub(crate) fn run(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://user:password@{}/still.jpg", listener.local_addr().expect("an address"));
        let camera = WebSource::new(&url, None, Certificates::Verified, NamedBy::Configuration).expect("an address");
        let (fetcher, source) = (Fetcher::default(), Source::Url(camera));
        let taken = tokio::select! {
            taken = tokio::time::timeout(PATIENCE, fetcher.fetch(&source, LIMIT)) => taken,
            () = answer(listener, bytes) => return,
        };
        match taken {
            Ok(Ok(picture)) => assert!(picture.len() <= LIMIT),
            Ok(Err(error)) => assert!(!error.to_string().contains("password@"), "{error}"),
            Err(_) => {}
        }
    });
}
