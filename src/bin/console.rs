//! The ops console, in chunks: tools/splitter cuts the program at the functions that are marked here. A program with these
//! marks starts only after that; where all code is to be in one file, `Parts::HERE` takes the place of [`PARTS`].

#[cfg(target_arch = "wasm32")]
mod chunks {
    use fourlights::console::parts::{NotFetched, Part, Parts, at_once, views};
    use fourlights::demo::Demo;
    use fourlights::domain::time::Millis;
    use fourlights::sources::{Request, Response};
    use leptos::prelude::AnyView;
    use leptos::wasm_split::wasm_split;

    /// A view of a chunk.
    macro_rules! part {
        ($chunk:ident, $view:ident) => {{
            #[wasm_split($chunk, wasm_split_path = leptos::wasm_split, preload(fetch), fallible)]
            fn $view() -> Result<AnyView, NotFetched> {
                Ok(views::$view())
            }
            Part {
                fetch: || Box::pin(async { Ok(fetch().await?) }),
                make: || at_once($view()).and_then(Result::ok),
            }
        }};
    }

    #[wasm_split(demo, wasm_split_path = leptos::wasm_split, fallible)]
    fn answer_demo(demo: Demo, request: Request, now: Millis) -> Result<Response, NotFetched> {
        Ok(demo.answer(&request, now))
    }

    pub static PARTS: Parts = Parts {
        service: part!(service, service),
        alerts: part!(alerts, alerts),
        slos: part!(slos, slos),
        slo: part!(slo, slo),
        capacity: part!(capacity, capacity),
        update: part!(update, update),
        sources: part!(sources, sources),
        not_found: part!(rare, not_found),
        faults: part!(rare, faults),
        dialogs: part!(dialogs, dialogs),
        chart_menu: part!(menu, chart_menu),
        outlook: part!(outlook, outlook),
        demo: |demo, request, now| Box::pin(answer_demo(demo, request, now)),
    };
}

#[cfg(target_arch = "wasm32")]
fn main() {
    fourlights::console::start(&chunks::PARTS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
