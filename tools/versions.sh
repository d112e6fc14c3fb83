# The pinned tools of the build; sourced by the other scripts, never run by itself.
# wasm-bindgen must equal the `wasm-bindgen` line of Cargo.toml.
TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=0.2.129
BINARYEN_VERSION=132.0.0
AXE_VERSION=4.14.1
UPLOT_VERSION=1.6.32
PUPPETEER_VERSION=24.40.0
# Programs of other people that read the published page: npm packages.
READERS="statuspage.io@3.3.8 statuspage.js@1.0.17 rss-parser@3.13.0 @rowanmanning/feed-parser@2.1.5 jsonfeed-schema@0.5.0 ajv@8.20.0 node-ical@0.26.1 vnu-jar@26.9.27 linkinator@7.6.1"
LIGHTHOUSE_VERSION=12.8.2
# Checks our requests against the descriptions that the systems' makers publish.
PRISM_VERSION=5.16.0
CARGO_DENY_VERSION=0.20.2
CARGO_MACHETE_VERSION=0.9.2

# Built tools are shared by all clones of one user; delete the folder to start over.
FOURLIGHTS_TOOLS="${FOURLIGHTS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fourlights/tools}"
export FOURLIGHTS_TOOLS
export PATH="$FOURLIGHTS_TOOLS/bin:$FOURLIGHTS_TOOLS/node_modules/.bin:$PATH"
if [ -e "$FOURLIGHTS_TOOLS/use-distribution-rust" ]; then export PATH="/usr/bin:$PATH"; fi

# What is published must not name the folders of the machine that built it. Cargo adds this to the flags of
# .cargo/config.toml.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates"
