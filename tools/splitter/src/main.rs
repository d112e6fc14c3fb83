//! `splitter PROGRAM FOLDER GROUP...`: cuts a program that was linked with relocations into `main.wasm` and its chunks.
//!
//! A group (`capacity,outlook`) is a set of chunks whose shared code has one file; code that is shared by chunks of no
//! common group stays in the main file. Beside the files it writes `split.js`, from which the program gets its chunks, and
//! which says what each of them is made of (`files`).

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};
use wasm_split_cli_support::{Options, transform};

/// What the glue of wasm-bindgen will be called.
const GLUE: &str = "./console.js";

/// How wasm_split_cli_support starts a chunk: only with the right content type.
const STREAMING: &str = "WebAssembly.instantiateStreaming(src, imports)";

/// As wasm-bindgen starts the main file: also from a host that does not know what .wasm is.
const INSTANTIATE: &str = r#"
async function instantiate(asked, imports) {
    const response = await asked;
    if (!response.ok) throw new Error(`${response.url}: status ${response.status}`);
    return response.headers.get("content-type")?.startsWith("application/wasm")
        ? WebAssembly.instantiateStreaming(response, imports)
        : WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
"#;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [program, folder, groups @ ..] = arguments.as_slice() else {
        eprintln!("usage: splitter PROGRAM FOLDER GROUP...");
        return ExitCode::FAILURE;
    };
    match split(Path::new(program), Path::new(folder), groups) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("splitter: {program}: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn split(program: &Path, folder: &Path, groups: &[String]) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(program)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = GLUE;
    options.link_name = "./split.js";
    options.groups = groups.iter().map(|g| g.split(',').map(str::to_owned).collect()).collect();
    let files: BTreeMap<String, Vec<String>> = transform(options)?.prefetch_map.into_iter().collect();
    let known: BTreeSet<&str> = files.keys().map(String::as_str).collect();
    if let Some(unknown) = groups.iter().flat_map(|g| g.split(',')).find(|name| !known.contains(name)) {
        return Err(format!(
            "no chunk {unknown}; there are {}",
            known.into_iter().collect::<Vec<_>>().join(", ")
        )
        .into());
    }
    let link = folder.join("split.js");
    let text = linked(&fs::read_to_string(&link)?, &files)?;
    fs::write(link, text)?;
    Ok(())
}

/// The script with our way to start a chunk, and the list of files (in JSON, which tools read too).
fn linked(script: &str, files: &BTreeMap<String, Vec<String>>) -> Result<String, String> {
    if !script.contains(STREAMING) {
        return Err(format!("its script does not contain {STREAMING}"));
    }
    let entries: Vec<String> = files
        .iter()
        .map(|(chunk, names)| {
            let names: Vec<String> = names.iter().map(|n| format!("\"{n}.wasm\"")).collect();
            format!("    \"{chunk}\": [{}]", names.join(", "))
        })
        .collect();
    let script = script.replace(STREAMING, "instantiate(src, imports)");
    Ok(format!("{script}{INSTANTIATE}export const files = {{\n{}\n}};\n", entries.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_starts_chunks_our_way_and_lists_their_files() {
        let files =
            BTreeMap::from([("alerts".to_string(), vec!["chunk_1".to_string(), "split_alerts".to_string()])]);
        let text = linked(&format!("a({STREAMING});\n"), &files).unwrap_or_default();
        assert!(text.starts_with("a(instantiate(src, imports));\n"), "{text}");
        assert!(text.ends_with(
            "export const files = {\n    \"alerts\": [\"chunk_1.wasm\", \"split_alerts.wasm\"]\n};\n"
        ));
        assert!(linked("something else", &files).is_err());
    }
}
