//! The ops console, in chunks: tools/splitter cuts the program at the functions that are marked here. A program with these
//! marks starts only after that; where all code is to be in one file, `console/here.rs` takes the place of [`PARTS`].

#[cfg(target_arch = "wasm32")]
mod chunks {
    use fourlights::config::{Config, Fault, Kind};
    use fourlights::console::parts::{NotFetched, Part, Parts, Pending, at_once};
    use fourlights::console::views;
    use fourlights::demo::Demo;
    use fourlights::domain::time::Millis;
    use fourlights::sources::{self, Request, Response};
    use leptos::prelude::AnyView;
    use leptos::wasm_split::wasm_split;
    use std::future::ready;

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

    /// An answer that can be told from code that did not come.
    struct Read(Result<Config, Vec<Fault>>);

    #[wasm_split(config, wasm_split_path = leptos::wasm_split, fallible)]
    fn read_config(text: String) -> Result<Read, NotFetched> {
        Ok(Read(sources::read_config(&text)))
    }

    /// A kind of system whose chunk was fetched; one line for each in the register of `sources`.
    macro_rules! system {
        ($chunk:ident, $module:ident) => {{
            #[wasm_split($chunk, wasm_split_path = leptos::wasm_split, fallible)]
            fn $module() -> Result<Fetched, NotFetched> {
                sources::register(&sources::$module::SYSTEM);
                Ok(Fetched)
            }
            Box::pin(async { $module().await.map(|Fetched| ()) })
        }};
    }

    /// Code that is there.
    struct Fetched;

    fn system(kind: Kind) -> Pending<()> {
        match kind.name() {
            "prometheus" => system!(kind_prometheus, prometheus),
            "alertmanager" => system!(kind_alertmanager, alertmanager),
            "statuspage" => system!(kind_statuspage, statuspage),
            "github" => system!(kind_github, github),
            "gitlab" => system!(kind_gitlab, gitlab),
            "json" => system!(kind_json, current_json),
            "pagerduty" => system!(kind_pagerduty, pagerduty),
            "pagerduty_events" => system!(kind_pagerduty_events, pagerduty_events),
            "jsm" => system!(kind_jsm, jsm),
            "opsgenie" => system!(kind_opsgenie, opsgenie),
            "slack" => system!(kind_slack, slack),
            "webhook" => system!(kind_webhook, webhook),
            "statuspage_manage" => system!(kind_statuspage_manage, statuspage_manage),
            _ => Box::pin(ready(Err(NotFetched))),
        }
    }

    pub static PARTS: Parts = Parts {
        health: part!(health, health),
        panels: part!(panels, panels),
        service: part!(service, service),
        incidents: part!(incidents, incidents),
        incident: part!(incident, incident),
        evidence: part!(evidence, evidence),
        alerts: part!(alerts, alerts),
        slos: part!(slos, slos),
        slo: part!(slo, slo),
        capacity: part!(capacity, capacity),
        reviews: part!(reviews, reviews),
        on_call: part!(on_call, on_call),
        take_over: part!(take_over, take_over),
        runbooks: part!(runbooks, runbooks),
        runbook: part!(runbooks, runbook),
        update: part!(update, update),
        sources: part!(sources, sources),
        not_found: part!(rare, not_found),
        faults: part!(rare, faults),
        dialogs: part!(dialogs, dialogs),
        chart_menu: part!(menu, chart_menu),
        watch: part!(watch, watch),
        outbox: part!(outbox, outbox),
        keys: part!(keys, keys),
        paged: part!(pagers, paged),
        duty: part!(pagers, duty),
        incident_pages: part!(pagers, incident_pages),
        outlook: part!(outlook, outlook),
        demo: |demo, request, now| Box::pin(answer_demo(demo, request, now)),
        read_config: |text| Box::pin(async { Ok(read_config(text).await?.0) }),
        system,
    };
}

#[cfg(target_arch = "wasm32")]
fn main() {
    fourlights::console::start(&chunks::PARTS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
