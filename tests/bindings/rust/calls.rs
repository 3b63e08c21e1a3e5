//! What is called once, or a few times: one program, for each costs its compilation.

mod sign_in;
mod stateless;
mod store;
mod support;
mod wrong_use;
