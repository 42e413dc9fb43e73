//! Local face recognition for Home Assistant: pictures in, people and presence out, nothing leaves the house.
//! Read `ARCHITECTURE.md` for the map. The rooms, and what each may use (left may use right):
//! `cli` → `server` → `engine` → {`presence`, `people`, `store`, `annotate`} → `vision`.

pub mod annotate;
pub mod config;
pub mod engine;
pub mod people;
pub mod presence;
pub mod program;
pub mod server;
pub mod store;
pub mod vision;
