//! The console's program keeps its relocations, by which tools/splitter cuts it. No other program does: what is not cut
//! comes out of wasm-opt unoptimised with them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo:rustc-link-arg-bin=console=--emit-relocs");
    }
}
