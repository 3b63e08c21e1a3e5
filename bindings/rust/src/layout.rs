//! The structs that are declared here are laid out as a C compiler lays them out. MFA_LAYOUT: a program that prints those.

use std::process::Command;

#[test]
fn structs_are_laid_out_as_in_c() {
    let program = std::env::var_os("MFA_LAYOUT").expect("MFA_LAYOUT names no program");
    let told = Command::new(program).output().expect("MFA_LAYOUT runs");
    let theirs = String::from_utf8(told.stdout).unwrap();
    assert!(theirs.lines().count() > 150);
    assert_eq!(crate::sys::layout(), theirs);
}
