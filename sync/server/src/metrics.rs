//! Numbers for Prometheus (text format 0.0.4), on a listener of their own: how much, how well, how far behind. Nothing about
//! anybody: no address, no agent, no path.

use crate::app::Shared;
use crate::conn::{self, ConnOptions, Counts, Route};
use crate::public::PublicState;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hearthcast_store::StoreError;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::fmt::{Display, Write};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the numbers are taken from.
#[derive(Clone)]
pub struct Seen {
    /// The server.
    pub app: Shared,
    /// Its public side.
    pub public: Arc<PublicState>,
    /// Its connections.
    pub connections: Arc<Counts>,
}

/// Answers `GET /metrics` until `stop`.
pub async fn serve(listener: TcpListener, seen: Seen, stop: CancellationToken) {
    let routes = Router::new().route("/metrics", get(answer)).with_state(seen);
    let options = ConnOptions { max_connections: 64, ..ConnOptions::default() };
    if let Err(error) = conn::serve(listener, routes, options, stop).await {
        tracing::error!(%error, "metrics are not answered any more");
    }
}

async fn answer(State(seen): State<Seen>) -> Response {
    let fields = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (fields, text(&seen)).into_response()
}

/// All numbers as they are now.
pub fn text(seen: &Seen) -> String {
    let (mut page, counts, log) = (Page::default(), &seen.connections, seen.public.logbook());
    let since = |at_ms: i64| seen.app.now_ms().saturating_sub(at_ms).max(0) as f64 / 1000.0;
    page.kind("requests_total", "counter", "Answers, by part of the server and class of status.");
    for route in Route::ALL {
        for class in 1..=5 {
            let labels = format!("{{route=\"{}\",status=\"{class}xx\"}}", route.as_str());
            page.value("requests_total", &labels, counts.requests(route, class));
        }
    }
    page.counter("sent_bytes_total", "Bytes of answers taken by the network, heads included.", counts.bytes());
    page.counter("connections_total", "Connections taken.", counts.connections_accepted());
    page.gauge("connections_open", "Connections open now.", counts.connections_open());
    page.counter("connections_stalled_total", "Connections cut because nothing moved.", counts.connections_stalled());
    let crowded = "Connections closed because their address had too many.";
    page.counter("connections_crowded_total", crowded, counts.connections_crowded());
    page.counter("log_rows_written_total", "Rows written to the download log.", log.written());
    let lost = "Rows of the download log that are lost: its disk was full or broken.";
    page.counter("log_rows_lost_total", lost, log.lost());
    if let Some(done_ms) = seen.app.counter.done_ms() {
        page.gauge("rollup_lag_seconds", "Time since the log was last counted to its end.", since(done_ms));
    }
    let age = "Time since what the public sees was last made.";
    page.gauge("catalogue_age_seconds", age, since(seen.public.shown_ms()));
    page.counter("store_errors_total", "Statements the database refused.", StoreError::count());
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn kind(&mut self, name: &str, kind: &str, about: &str) {
        let _ = writeln!(self.0, "# HELP hearthcast_{name} {about}\n# TYPE hearthcast_{name} {kind}");
    }
    fn value(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "hearthcast_{name}{labels} {value}");
    }
    fn counter(&mut self, name: &str, about: &str, value: u64) {
        self.kind(name, "counter", about);
        self.value(name, "", value);
    }
    fn gauge(&mut self, name: &str, about: &str, value: impl Display) {
        self.kind(name, "gauge", about);
        self.value(name, "", value);
    }
}
