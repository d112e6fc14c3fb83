//! The public page's live view: reads the snapshot's static files and keeps the page up to date.

#[cfg(target_arch = "wasm32")]
mod live {
    use fourlights::browser;
    use fourlights::domain::public_status::Snapshot;
    use fourlights::domain::time::{Millis, SECOND};
    use fourlights::sources::{Parsed, Request, Response, SourceError, statuspage};
    use fourlights::status_page::{PageState, StatusPage};
    use fourlights::transport::browser::{Cancel, send};
    use leptos::mount::mount_to;
    use leptos::prelude::*;
    use std::sync::Arc;
    use wasm_bindgen_futures::spawn_local;

    const FOLDER: &str = "api/v2";
    const DEADLINE: Millis = 15 * SECOND;
    const REFRESH_SECONDS: u32 = 60;

    pub fn start() {
        browser::show_panics();
        let Some(root) = browser::root() else { return };
        mount_to(root, || view! { <Live /> }).forget();
    }

    #[component]
    fn Live() -> impl IntoView {
        let now = browser::now();
        let state = PageState {
            snapshot: RwSignal::new(None),
            problem: RwSignal::new(None),
            now: RwSignal::new(now),
            zone: StoredValue::new(browser::local_offsets(now)),
            zone_name: StoredValue::new(browser::zone_name()),
        };
        Effect::new(move |_| {
            if let Some(snapshot) = state.snapshot.get() {
                browser::set_title(&format!("{} · {}", snapshot.overall().0, snapshot.name));
            }
        });
        spawn_local(async move {
            let mut seconds = 0;
            loop {
                if seconds % REFRESH_SECONDS == 0 && !browser::is_hidden() {
                    refresh(state).await;
                }
                gloo_timers::future::TimeoutFuture::new(1_000).await;
                seconds += 1;
                state.now.set(browser::now());
            }
        });
        view! { <StatusPage state=state /> }
    }

    async fn refresh(state: PageState) {
        match load().await {
            Ok(snapshot) => {
                state.problem.set(None);
                if state.snapshot.with_untracked(|s| s.as_deref() != Some(&snapshot)) {
                    state.snapshot.set(Some(Arc::new(snapshot)));
                }
            }
            // What was shown stays, with this beside it.
            Err(error) => {
                state.problem.set(Some(format!("The latest information could not be loaded ({error}).")))
            }
        }
    }

    /// The summary must be there; without one of the other files its section stays empty.
    async fn load() -> Result<Snapshot, SourceError> {
        let mut page = get(statuspage::summary()).await.and_then(|r| statuspage::read_summary(&r))?.data;
        let incidents = get(statuspage::incidents()).await.and_then(|r| statuspage::read_incidents(&r));
        let (past, active) = data(incidents).into_iter().partition(|i| i.is_over());
        page.active = active;
        page.past = past;
        page.maintenance =
            data(get(statuspage::maintenances()).await.and_then(|r| statuspage::read_maintenances(&r)));
        page.uptime = data(get(statuspage::uptime()).await.and_then(|r| statuspage::read_uptime(&r)));
        Ok(page)
    }

    fn data<T>(parsed: Result<Parsed<Vec<T>>, SourceError>) -> Vec<T> {
        parsed.map(|p| p.data).unwrap_or_default()
    }

    async fn get(request: Request) -> Result<Response, SourceError> {
        let cancel = Cancel::new().ok_or(SourceError::CutOff)?;
        send(FOLDER, &request, DEADLINE, &cancel).await
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    live::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
