//! The network: one port for HTTP and WebSocket. Turns requests into engine calls and engine events into messages.
//!
//! Must not know pixels.

pub mod protocol;
