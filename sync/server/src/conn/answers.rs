//! From one request to one answer: the router is asked, and the ledger is told what will be written.

use super::patience::Patience;
use super::walk::Length;
use super::wire::SharedLedger;
use super::{Metered, Peer};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_LENGTH};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::Service;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

/// The service of one connection.
pub(super) struct Answers {
    pub(super) app: Router,
    pub(super) peer: Peer,
    pub(super) ledger: SharedLedger,
    pub(super) patience: Duration,
    pub(super) max_uri_bytes: usize,
}

impl Service<Request<Incoming>> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (ledger, head) = (self.ledger.clone(), request.method() == Method::HEAD);
        let answer = self.ask(request);
        Box::pin(async move {
            let mut response = answer.await;
            let length = length(&response, head);
            if length == Length::UntilClose {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            let metered = response.extensions_mut().remove::<Metered>();
            ledger.lock().owe(length, metered);
            Ok(response)
        })
    }
}

impl Answers {
    fn ask(&self, mut request: Request<Incoming>) -> impl Future<Output = Response> + Send + 'static {
        let too_long = request.uri().path_and_query().is_some_and(|text| text.as_str().len() > self.max_uri_bytes);
        request.extensions_mut().insert(self.peer);
        let (mut app, patience) = (self.app.clone(), self.patience);
        async move {
            if too_long {
                return (StatusCode::URI_TOO_LONG, "This address is too long.\n").into_response();
            }
            let request = request.map(|body| match body.is_end_stream() {
                true => Body::empty(),
                false => Body::new(Patience::new(body, patience)),
            });
            match tower::Service::call(&mut app, request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    }
}

/// How many body bytes hyper will write for this answer.
fn length(response: &Response, head: bool) -> Length {
    let status = response.status();
    if head || status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return Length::Known(0);
    }
    let said = || response.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    response.body().size_hint().exact().or_else(said).map_or(Length::UntilClose, Length::Known)
}
