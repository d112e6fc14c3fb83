//! What is known of one entry of a list, beside the list: Esc closes it, `[` and `]` go to the entry before and after.

use super::icon::Icon;
use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

#[component]
pub fn SidePanel(
    /// what a screen reader calls it
    label: &'static str,
    #[prop(into)] is_open: Signal<bool>,
    /// it was closed
    #[prop(into)]
    on_close: Callback<()>,
    /// to the entry after (true) or before
    #[prop(into)]
    on_step: Callback<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => dialog.show_modal().unwrap_or_default(),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "[" => on_step.run(false),
        "]" => on_step.run(true),
        _ => {}
    };
    let button = |name: &'static str, title: &'static str, act: Callback<()>| {
        view! {
            <button type="button" class="button icon-button" title=title aria-label=title on:click=move |_| act.run(())>
                <Icon name=name />
            </button>
        }
    };
    let close = Callback::new(move |()| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    view! {
        <dialog class="side-panel" node_ref=dialog aria-label=label on:close=move |_| on_close.run(()) on:keydown=key>
            <div class="side-panel-bar">
                {button("back", "Previous ([)", Callback::new(move |()| on_step.run(false)))}
                {button("forward", "Next (])", Callback::new(move |()| on_step.run(true)))}
                <span class="spacer"></span>
                {button("close", "Close (Esc)", close)}
            </div>
            <Show when=move || is_open.get()>{children()}</Show>
        </dialog>
    }
}
