//! From one request to one answer: the router is asked, and the ledger is told what will be written.

use super::accept::ConnOptions;
use super::counts::Route;
use super::lane::Lane;
use super::patience::Patience;
use super::walk::Length;
use super::wire::SharedLedger;
use super::{Metered, Peer};
use crate::public::api::turned_away;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_LENGTH};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::Service;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The service of one connection.
pub(super) struct Answers {
    pub(super) app: Router,
    pub(super) peer: Peer,
    pub(super) ledger: SharedLedger,
    pub(super) lane: Lane,
    pub(super) options: Arc<ConnOptions>,
    /// Requests that may still come.
    pub(super) left: AtomicU64,
    /// Requests whose head has come and whose answer is not begun.
    pub(super) asked: Arc<AtomicU64>,
}

impl Service<Request<Incoming>> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (ledger, head) = (self.ledger.clone(), request.method() == Method::HEAD);
        let (options, lane) = (self.options.clone(), self.lane.clone());
        // Requests of one connection come one after another.
        let last = self.left.fetch_sub(1, Relaxed) <= 1;
        self.asked.fetch_add(1, Relaxed);
        let asked = self.asked.clone();
        let admitted = self.options.front.admit(request);
        let route = admitted.as_ref().map_or(Route::Other, |request| Route::of(request.uri().path()));
        let answer = admitted.map(|request| self.ask(request));
        Box::pin(async move {
            lane.short().await;
            let mut response = match answer {
                Ok(answer) => answer.await,
                Err(refused) => *refused,
            };
            options.counts.answered(route, response.status());
            let length = length(&response, head);
            if last || length == Length::UntilClose {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            let metered = response.extensions_mut().remove::<Metered>();
            ledger.lock().owe(length, metered);
            lane.wants(length);
            asked.fetch_sub(1, Relaxed);
            Ok(response)
        })
    }
}

impl Answers {
    fn ask(&self, mut request: Request<Incoming>) -> impl Future<Output = Response> + Send + 'static {
        let too_long =
            request.uri().path_and_query().is_some_and(|text| text.as_str().len() > self.options.max_uri_bytes);
        request.extensions_mut().insert(self.peer);
        let (mut app, options) = (self.app.clone(), self.options.clone());
        async move {
            if too_long {
                return turned_away(StatusCode::URI_TOO_LONG, request.uri().path());
            }
            let request = request.map(|body| match body.is_end_stream() {
                true => Body::empty(),
                false => Body::new(Patience::new(body, options.stall, options.counts.clone())),
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
