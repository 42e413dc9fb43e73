//! Counts and latencies → Prometheus' text format. Called by `http`; names no person and no camera.

use std::fmt::Write;

use crate::engine::Stats;

/// The page that `/metrics` answers.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has f64 only; exact up to 2^53")]
pub(super) fn prometheus(stats: &Stats, clients: usize) -> String {
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
    rows.iter().fold(String::new(), |mut page, (name, kind, help, value)| {
        let _ = write!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        page
    })
}
