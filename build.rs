//! Links the addon against the Node-API of whatever process loads it, and lets the linker fold functions that came out the same.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A tenth of the binary: what generic code makes of types that only differ in name. MSVC's linker does it by itself.
const FOLD: &str = "link-arg=-Wl,--icf=all";

/// What is linked to find out; it needs no standard library for the target.
const PROBE: &str =
    "#![no_std]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }\n";

fn main() {
    napi_build::setup();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
    let is_linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    if is_linux && folds().is_some_and(|able| able) {
        println!("cargo:rustc-cdylib-{FOLD}");
    }
}

/// Whether the linker can: lld can, the one of GNU refuses to be asked. Nothing if that cannot be found out.
fn folds() -> Option<bool> {
    let folder = env::var("OUT_DIR").ok()?;
    let source = Path::new(&folder).join("probe.rs");
    fs::write(&source, PROBE).ok()?;
    let mut probe = Command::new(env::var_os("RUSTC")?);
    probe.args(["--crate-type=cdylib", "-Cpanic=abort", "-C", FOLD, "-o"]);
    probe.arg(source.with_extension("so")).arg(&source);
    probe.args(["--target", &env::var("TARGET").ok()?]);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        probe.arg("-Clinker").arg(linker);
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    probe.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    let quiet = probe.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().ok().map(|status| status.success())
}
