//! Taking over on call as a commit of the configuration, up to the file in the repository.

use super::support::contents_api::{ContentsApi, REPOSITORY, TOKEN};
use super::support::page::Page;
use super::support::site::{Options, Site};
use fourlights::sources::read_config;
use serde_json::{Value, json};

const SHIPPED: &str = include_str!("../../public/fourlights.json");

#[tokio::test(flavor = "multi_thread")]
async fn an_override_is_previewed_and_committed_over_the_version_that_was_read() {
    let api = ContentsApi::start(1);
    let mut config: Value = serde_json::from_str(SHIPPED).unwrap();
    config["configuration_file"] =
        json!({"name": REPOSITORY, "path": "console/fourlights.json", "branch": "main", "api": api.url()});
    // The file in the repository keeps the text that somebody typed.
    api.put("console/fourlights.json", SHIPPED);
    let site = Site::start(Options {
        config: Some(Some(config.to_string())),
        connect: api.url(),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("on-call")).await;
    page.has(".take-over").await;
    let person = read_config(SHIPPED).unwrap().on_call.people[0].clone();
    page.fill(".take-over label:nth-of-type(2) select", &person.id).await;
    page.fill(".take-over input[type=text]", "dentist").await;
    page.fill(".take-over input[type=password]", TOKEN).await;
    page.click_text(".take-over button", "Preview").await;
    page.until(
        "the preview",
        20,
        "return [...document.querySelectorAll('.take-over-preview strong')].some((line) => /dentist/.test(line.innerText))",
    )
    .await;
    page.until("the change", 5, "return /^\\+ .*\"note\": \"dentist\"/.test(document.querySelector('.take-over-preview pre').innerText)").await;
    page.shot("take-over").await;
    page.is_clean("take over").await;

    // Somebody else commits in between: nothing is written over.
    let theirs = SHIPPED.replacen('{', "{\n", 1);
    api.put("console/fourlights.json", &theirs);
    page.click_text(".take-over-preview button", "Commit").await;
    page.shows("Nothing was written: the file changed meanwhile", 30).await;
    assert_eq!(api.text("console/fourlights.json").as_deref(), Some(theirs.as_str()));
    page.click_text(".take-over button", "Preview").await;
    page.has(".take-over-preview button").await;
    page.click_text(".take-over-preview button", "Commit").await;
    page.shows("It counts for everybody as soon as the file is deployed", 30).await;
    let text = api.text("console/fourlights.json").unwrap();
    let layer = &read_config(&text).unwrap().on_call.schedules[0].layers[0];
    let last = layer.overrides.last().unwrap();
    assert_eq!((last.person.as_str(), last.note.as_deref()), (person.id.as_str(), Some("dentist")));
    // All other text is as it was.
    let at = text.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
    let behind = text.bytes().rev().zip(theirs.bytes().rev()).take_while(|(a, b)| a == b).count();
    assert!(at + behind >= theirs.len(), "{at} + {behind} of {}", theirs.len());
    page.is_clean("took over").await;
    page.close().await;
}
