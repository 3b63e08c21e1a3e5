//! Asks pkg-config where libmfa is.

use std::env;
use std::process::{exit, Command};

fn main() {
    for name in ["PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    for flag in pkg_config() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={folder}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={library}");
        }
    }
}

fn pkg_config() -> Vec<String> {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    match Command::new(&program).args(["--libs", "libmfa >= 0.1.0"]).output() {
        Ok(told) if told.status.success() => {
            String::from_utf8_lossy(&told.stdout).split_whitespace().map(str::to_owned).collect()
        }
        Ok(told) => stop(&String::from_utf8_lossy(&told.stderr)),
        Err(error) => stop(&format!("{}: {error}", program.to_string_lossy())),
    }
}

fn stop(reason: &str) -> ! {
    eprintln!(
        "pkg-config finds no libmfa: install libmfa-dev, or name the folder of libmfa.pc in PKG_CONFIG_PATH\n{reason}"
    );
    exit(1)
}
