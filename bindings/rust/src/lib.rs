//! Multi-factor authentication for any server: a thin binding of libmfa.
//!
//! [`Engine`] keeps the factors of your users in a store, judges by a policy, throttles, and says who was verified. The
//! modules [`otp`], [`recovery`], [`webauthn`] and [`u2f`] verify for a host that keeps its own state.
//!
//! A call answers `Ok` for a yes and nothing else. Every no is an [`Error`] with its [`Status`], [`Status::MoreNeeded`] too:
//! what was right but is not enough cannot be taken for a sign-in. Texts go in as anything that is bytes; a NUL in one is a
//! byte like any other. Everything but a [`Log`](log::Log) may be used by many threads at once.
//!
//! What each call does in full is said by libmfa's headers, under the name that its documentation gives here, and by
//! `docs/rust.md`, `docs/configuration.md` and `docs/methods.md` of libmfa.
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod base;
mod call;
mod callbacks;
mod config;
mod engine;
mod error;
pub mod log;
mod memory;
mod numbers;
pub mod otp;
pub mod recovery;
mod request;
mod results;
pub mod store;
mod sys;
pub mod u2f;
pub mod webauthn;

#[cfg(test)]
mod layout;

pub use base::{config_check, config_schema, has, random, random_bytes, version, wipe, Key};
pub use config::EngineConfig;
pub use engine::{Engine, Imported};
pub use error::{BoxError, Error};
pub use numbers::{
    AdminAction, AuthenticatorFlags, Hash, LogTrouble, Mediation, Method, Need, Proven, Purpose, QrForm, RequestFlags,
    Rule, Signals, Status, UnsafeOtp, UserVerification,
};
pub use request::{BeginOptions, Request, SessionNeed};
pub use results::{Account, Factor, Mail, MethodInfo, Offer, Proof};
pub use store::{open_store, OpenedStore, Store};

/// The program of the guide is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rust.md")]
struct Guide;

/// What a call of libmfa answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
