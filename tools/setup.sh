#!/usr/bin/env bash
# usage: tools/setup.sh PART...   parts: wasm trunk lint browser readers lighthouse bench servers
# Installs what is missing, says so before it does, and does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() {
  printf '\033[1;31mmissing:\033[0m %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" > /dev/null 2>&1; }

# Debian's packages, when this is Debian and we may; else a message that names them.
debian() {
  local missing=()
  local p
  for p in "$@"; do dpkg -s "$p" > /dev/null 2>&1 || missing+=("$p"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  has apt-get || fail "please install: ${missing[*]} (names of Debian's packages)"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2> /dev/null || fail "please run: sudo apt-get install -y ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing Debian's packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" > /dev/null \
    || fail "apt-get could not install: ${missing[*]}"
}

wasm_ready() { ls "$(rustc --print sysroot 2> /dev/null)"/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib > /dev/null 2>&1; }

# The toolchain of rust-toolchain.toml with the wasm32 target, else Debian's compiler with a
# standard library built from its own source.
wasm() {
  has cargo || fail "Rust: see https://rustup.rs, or install Debian's rustc and cargo"
  if has rustup; then
    local channel
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    if ! rustup toolchain list | grep -q "^$channel"; then
      say "installing Rust $channel with rustup"
      timeout 300 rustup toolchain install "$channel" --profile minimal -c clippy -c rustfmt || true
    fi
    if ! wasm_ready; then
      say "adding the wasm32-unknown-unknown target with rustup"
      timeout 300 rustup target add wasm32-unknown-unknown --toolchain "$channel" || true
    fi
  fi
  wasm_ready || wasm_from_source
}

wasm_from_source() {
  say "rustup cannot provide wasm32: building its standard library from Debian's source (about 2 minutes)"
  debian rustc-web cargo-web rust-web-src lld-22
  has rust-lld || ln -sf /usr/bin/lld-22 /usr/local/bin/rust-lld
  local scratch
  scratch=$(mktemp -d)
  (
    export PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes
    cd "$scratch"
    cargo init --quiet --lib --name scratch
    cargo build -Zbuild-std=std,panic_abort,test --target wasm32-unknown-unknown --release
    mkdir -p /usr/lib/rustlib/wasm32-unknown-unknown/lib
    cp target/wasm32-unknown-unknown/release/deps/*.rlib /usr/lib/rustlib/wasm32-unknown-unknown/lib/
  )
  rm -rf "$scratch"
  # From now on this compiler is used; what another one has built does not fit it.
  touch "$FOURLIGHTS_TOOLS/use-distribution-rust"
  rm -rf target
}

cargo_tool() {
  local name=$1 version=$2 binary=$3
  [ "$(cat "$FOURLIGHTS_TOOLS/$name.version" 2> /dev/null)" = "$version" ] && [ -x "$FOURLIGHTS_TOOLS/bin/$binary" ] && return 0
  say "building $name $version (once for all clones, some minutes)"
  # Outside the project, so that its pinned toolchain and settings do not apply.
  (cd "$FOURLIGHTS_TOOLS" && cargo install --locked --force --root "$FOURLIGHTS_TOOLS" "$name@$version")
  echo "$version" > "$FOURLIGHTS_TOOLS/$name.version"
}

# Cuts the console into its chunks. Built outside of the project, from a copy of the crate with our patch.
splitter() {
  local state
  state=$(cat tools/splitter/Cargo.* tools/splitter/groups.patch tools/splitter/src/*.rs | sha256sum)
  [ "$(cat "$FOURLIGHTS_TOOLS/splitter.version" 2> /dev/null)" = "$state" ] && [ -x "$FOURLIGHTS_TOOLS/bin/splitter" ] && return 0
  has patch || debian patch
  say "building the splitter (once for all clones, a minute)"
  local build="$FOURLIGHTS_TOOLS/splitter"
  rm -rf "$build"
  cp -r tools/splitter "$build"
  (
    cd "$build"
    # Checked against Cargo.lock.
    cargo vendor --quiet --locked crates > /dev/null
    patch --quiet --directory=crates/wasm_split_cli_support -p1 < groups.patch
    cargo build --quiet --release --config 'patch.crates-io.wasm_split_cli_support.path = "crates/wasm_split_cli_support"'
    mkdir -p "$FOURLIGHTS_TOOLS/bin"
    cp target/release/splitter "$FOURLIGHTS_TOOLS/bin/splitter"
  )
  rm -rf "$build"
  echo "$state" > "$FOURLIGHTS_TOOLS/splitter.version"
}

npm_tool() {
  local name=$1 version=$2
  grep -qs "\"version\": \"$version\"" "$FOURLIGHTS_TOOLS/node_modules/$name/package.json" && return 0
  has npm || debian nodejs npm
  say "fetching $name $version from npm"
  npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$FOURLIGHTS_TOOLS" "$name@$version" 2> /dev/null \
    || fail "npm could not install $name@$version"
}

trunk() {
  wasm
  has cc || debian gcc libc6-dev
  cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen
  cargo_tool trunk "$TRUNK_VERSION" trunk
  splitter
  npm_tool binaryen "$BINARYEN_VERSION"
}

lint() {
  cargo_tool cargo-machete "$CARGO_MACHETE_VERSION" cargo-machete
  cargo_tool cargo-deny "$CARGO_DENY_VERSION" cargo-deny
}

browser() {
  has chromium && has chromedriver || debian chromium chromium-driver
  npm_tool axe-core "$AXE_VERSION"
  # Firefox has no WebDriver among Debian's packages; puppeteer drives it by WebDriver BiDi.
  has firefox-esr || debian firefox-esr
  npm_tool puppeteer-core "$PUPPETEER_VERSION"
}

bench() {
  npm_tool uplot "$UPLOT_VERSION"
}

# Programs of other people that read the published page, for tests and for `make bench-status`.
readers() {
  has java || debian default-jre-headless
  local reader
  for reader in $READERS; do npm_tool "${reader%@*}" "${reader##*@}"; done
}

lighthouse() {
  npm_tool lighthouse "$LIGHTHOUSE_VERSION"
}

# For the conformance test; the descriptions themselves are in the folder that FOURLIGHTS_SPECS names.
prism() {
  npm_tool @stoplight/prism-cli "$PRISM_VERSION"
}

servers() {
  debian prometheus prometheus-alertmanager prometheus-node-exporter prometheus-blackbox-exporter caddy victoria-metrics
}

mkdir -p "$FOURLIGHTS_TOOLS"
for part in "$@"; do
  case $part in
    wasm | trunk | lint | browser | bench | readers | lighthouse | prism | servers) "$part" ;;
    *) fail "no such part: $part" ;;
  esac
done
