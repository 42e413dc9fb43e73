//! The server through its real boundary: a real port, real clients, real models, a real folder and database.

mod common;
mod doors;
mod enrolment;
mod fetching;
mod http;
mod library;
mod lists;
mod odd_cameras;
mod page;
mod program;
mod proposals;
mod same_faces;
#[path = "../common/scenes.rs"]
mod scenes;
mod search;
mod session;
mod sitting;
#[path = "../common/time_limit.rs"]
mod time_limit;
mod tls;
mod trust;
mod wire;
