//! Line icons.

use leptos::prelude::*;

/// A line icon by name; decoration beside a text.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    let path = match name {
        "Health" => "M2 8h3l2-5 3 10 2-5h2",
        "Incidents" => "M8 2.500 14.500 13.500h-13ZM8 6.500v3M8 11.500h.01",
        "Alerts" => "M8 2a4 4 0 0 1 4 4v3l1.500 2.500h-11L4 9V6a4 4 0 0 1 4-4ZM6.500 13.500h3",
        "SLOs" => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 8h.01",
        "Capacity" => "M2 14V9M6 14V6M10 14V8M14 14V2",
        "On-call" => {
            "M4.500 2h2l1 3-1.500 1.200a7 7 0 0 0 3.800 3.800L11 8.500l3 1v2a2 2 0 0 1-2 2.500A9.500 9.500 0 0 1 2 4a2 2 0 0 1 2.500-2Z"
        }
        "Runbooks" => {
            "M3 2.500h8.500a1.500 1.500 0 0 1 1.500 1.500v9.500H4.500A1.500 1.500 0 0 1 3 12V2.500ZM3 12a1.500 1.500 0 0 1 1.500-1.500H13M6 5.500h4"
        }
        "Connections" => {
            "M2 4c0-1.100 2.700-2 6-2s6 .9 6 2-2.700 2-6 2-6-.9-6-2Zm0 0v8c0 1.100 2.700 2 6 2s6-.9 6-2V4M2 8c0 1.100 2.700 2 6 2s6-.9 6-2"
        }
        "Reviews" => "M3.500 2.500h9v11h-9ZM5.500 8l1.700 1.700 3.300-3.500M6 12h4M6.500 1.500h3",
        "Services" => {
            "M2.500 2.500h4.500v4.500H2.500ZM9 2.500h4.500v4.500H9ZM2.500 9h4.500v4.500H2.500ZM9 9h4.500v4.500H9Z"
        }
        "Settings" => "M2 5h6M12 5h2M2 11h2M8 11h6M10 3.500v3M6 9.500v3",
        "Public update" => "M2 6v4h3l5 3V3L5 6H2ZM12.500 6a3 3 0 0 1 0 4",
        "refresh" => "M13.500 8a5.500 5.500 0 1 1-1.600-3.900L13.500 5.700M13.500 2v3.700H9.800",
        "search" => "M7 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9ZM10.300 10.300 14 14",
        "back" => "M10 3 5 8l5 5",
        "forward" => "M6 3l5 5-5 5",
        "out" => "M7 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9ZM10.300 10.300 14 14M5 7h4",
        "link" => {
            "M6.500 9.500l3-3M7 4.500l1.500-1.500a3 3 0 0 1 4.500 4.500L11.500 9M9 11.500 7.500 13A3 3 0 0 1 3 8.500L4.500 7"
        }
        "close" => "M4 4l8 8M12 4l-8 8",
        "more" => "M3 8h.01M8 8h.01M13 8h.01",
        "open" => "M6 3H3v10h10v-3M9 3h4v4M13 3 7.500 8.500",
        _ => "M3 8h10",
    };
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
            <path d=path stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
