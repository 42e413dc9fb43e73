//! Counts and latencies → Prometheus' text format. Called by `http`; names no person and no camera.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cameras::MAX_CAMERAS;
use super::outbox::MAX_MESSAGES;
use super::session::MAX_IN_FLIGHT;
use super::shared::Shared;
use crate::engine::Usage;

/// What one line says of something bounded; nothing where it isn't counted.
type Reading = fn(&Usage) -> Option<u64>;

/// How much of what is bounded is in use, here and in the engine.
fn usage(shared: &Shared) -> Vec<Usage> {
    let of = |of, used, most, hits: &AtomicU64| Usage { of, used, most, hits: hits.load(Ordering::Relaxed) };
    let (memory, hits) = (shared.memory(), &shared.hits);
    let mut usage = shared.engine.usage();
    usage.extend([
        shared.connections.usage("connections"),
        shared.strangers.usage("connections_not_logged_in"),
        shared.clients.usage("clients"),
        of("cameras", Some(memory.cameras.len()), MAX_CAMERAS, &hits.cameras),
        of("requests_of_connection", None, MAX_IN_FLIGHT, &hits.requests_of_connection),
        of("unread_messages", None, MAX_MESSAGES, &hits.unread_messages),
        memory.large_messages.usage("large_messages"),
        memory.uploads.usage("uploads"),
        memory.libraries.usage("libraries"),
        memory.fetches.usage("fetches"),
        memory.photos.usage("photos_on_their_way"),
        memory.care.usage("care_lists"),
        memory.kept.usage(),
        memory.failures.usage(),
    ]);
    usage
}

/// The page that `/metrics` answers.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has f64 only; exact up to 2^53")]
pub(super) fn prometheus(shared: &Shared) -> String {
    let (stats, clients, usage) = (shared.engine.stats(), shared.clients.len(), usage(shared));
    let rows: [(&str, &str, &str, f64); 13] = [
        ("face_uptime_seconds", "gauge", "Time since the start.", stats.uptime_s as f64),
        ("face_people", "gauge", "People enrolled.", stats.people as f64),
        ("face_photos", "gauge", "Photos learned.", stats.photos as f64),
        ("face_clients", "gauge", "Connected clients.", clients as f64),
        ("face_workers", "gauge", "Worker threads.", stats.workers as f64),
        ("face_pictures_total", "counter", "Pictures recognised.", stats.pictures as f64),
        ("face_pictures_superseded_total", "counter", "Pictures that a newer one replaced.", stats.superseded as f64),
        ("face_pictures_failed_total", "counter", "Pictures that failed.", stats.failed as f64),
        ("face_pictures_waiting", "gauge", "Pictures waiting for a worker.", stats.waiting as f64),
        ("face_pictures_waiting_bytes", "gauge", "Bytes of waiting pictures.", stats.waiting_bytes as f64),
        ("face_load_ratio", "gauge", "Share of worker time used over the last minute.", stats.load.into()),
        (
            "face_latency_median_seconds",
            "gauge",
            "Arrival to answer, median of the last 200.",
            f64::from(stats.latency_median_ms) / 1e3,
        ),
        (
            "face_latency_p95_seconds",
            "gauge",
            "Arrival to answer, 95th percentile of the last 200.",
            f64::from(stats.latency_p95_ms) / 1e3,
        ),
    ];
    let mut page = String::new();
    for (name, kind, help, value) in &rows {
        family(&mut page, name, kind, help);
        let _ = writeln!(page, "{name} {value}");
    }
    let bounded: [(&str, &str, &str, Reading); 3] = [
        ("face_limit", "gauge", "The most there may be.", |usage| Some(usage.most as u64)),
        ("face_limit_used", "gauge", "How much of it is in use.", |usage| usage.used.map(|used| used as u64)),
        ("face_limit_hits_total", "counter", "How often it was reached.", |usage| Some(usage.hits)),
    ];
    for (name, kind, help, value) in bounded {
        family(&mut page, name, kind, help);
        for (of, value) in usage.iter().filter_map(|usage| Some((usage.of, value(usage)?))) {
            let _ = writeln!(page, "{name}{{of=\"{of}\"}} {value}");
        }
    }
    page
}

fn family(page: &mut String, name: &str, kind: &str, help: &str) {
    let _ = write!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}
