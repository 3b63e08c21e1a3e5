//! Plays the scenarios in Rust (tests/scenarios/README.md).
//!
//! MFA_SCENARIOS and MFA_BROKEN: files of lines. MFA_SCENARIOS_C: the runner in C, to which the same has to be told.

mod player;
mod story;
mod world;

use std::path::PathBuf;
use std::process::Command;

use player::{play, Authenticator};
use story::{read, Scenario};

fn path(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set")).into()
}

fn scenarios(variable: &str) -> Vec<Scenario> {
    read(&std::fs::read_to_string(path(variable)).unwrap())
}

#[test]
fn every_scenario_holds() {
    let mut authenticator = Authenticator::start();
    let all = scenarios("MFA_SCENARIOS");
    assert!(all.len() > 1);
    for scenario in &all {
        for own_store in [false, true] {
            if let Err(why) = play(scenario, own_store, &mut authenticator) {
                panic!("{}, {}: {why}", scenario.name, if own_store { "a store in Rust" } else { "memory:" });
            }
        }
    }
}

#[test]
fn every_broken_one_fails() {
    let mut authenticator = Authenticator::start();
    let all = scenarios("MFA_BROKEN");
    assert!(all.len() > 1);
    for scenario in &all {
        assert!(play(scenario, true, &mut authenticator).is_err(), "{} passed", scenario.name);
    }
}

#[test]
fn what_rust_is_told_is_what_c_is_told() {
    let folder = std::env::temp_dir().join(format!("mfa-scenarios-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let program = path("MFA_SCENARIOS_C");
    let told = Command::new(program).arg(path("MFA_SCENARIOS")).env("MFA_TRANSCRIPT", &folder).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let mut authenticator = Authenticator::start();
    for scenario in scenarios("MFA_SCENARIOS") {
        let ours = play(&scenario, false, &mut authenticator).unwrap();
        let theirs = std::fs::read_to_string(folder.join(format!("{}.txt", scenario.name))).unwrap();
        for (our, their) in ours.lines().zip(theirs.lines()) {
            assert_eq!(our, their, "{}", scenario.name);
        }
        assert_eq!(ours, theirs, "{}", scenario.name);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
