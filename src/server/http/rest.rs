//! The rest of a request's body that no route wanted → read and thrown away, so that an early refusal is heard.
//! Many answers are known from a request's head: a wrong name, no token. Closing the connection while the picture still arrives
//! would lose the answer on its way, or the client's next request on the same connection. Every route lies behind this.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{self, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

/// The rest may take this long to arrive; then the connection is closed after the answer, and says so.
const REST_WITHIN: Duration = Duration::from_secs(10);

/// Answers, and takes what the answer did not need.
pub(super) async fn read_out(request: Request, next: Next) -> Response<Body> {
    // Who asks before sending is told not to send by the answer itself.
    let sends_unasked = !request.headers().contains_key(header::EXPECT);
    let (head, body) = request.into_parts();
    let (give_back, mut returned) = oneshot::channel();
    let lent = Body::new(Lent { body, give_back: Some(give_back) });
    let mut response = next.run(Request::from_parts(head, lent)).await;
    let Ok(mut rest) = returned.try_recv() else { return response };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS || rest.is_end_stream() {
        return response;
    }
    let emptied = sends_unasked && tokio::time::timeout(REST_WITHIN, drain(&mut rest)).await.is_ok();
    if !emptied {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn drain(body: &mut Body) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// A body that a route reads, and gives back to whoever lent it when it has read enough.
struct Lent {
    body: Body,
    give_back: Option<oneshot::Sender<Body>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(give_back) = self.give_back.take() {
            let _ = give_back.send(std::mem::take(&mut self.body));
        }
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
