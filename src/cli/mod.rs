//! The subcommands: arguments in, wiring, exit codes out. Knows how nothing works.

pub(crate) mod describe;
