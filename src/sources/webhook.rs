//! Incoming webhooks: a JSON document is posted to an address that is its own key. For Slack, Microsoft Teams, Discord,
//! Mattermost, and whatever takes JSON of a form of its own.
//!
//! An answer names no message, and nothing can be read. So what has no response may have been posted, and is not sent
//! again by itself.
//!
//! Mentions as typed call nobody: `<!channel>` is escaped for Slack, `@all` is broken by a mark without width for
//! Mattermost, Discord is told to allow none.

use super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::system::{Call, Probe, System};
use super::{Parsed, Request, Response, SourceError};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::message_action::WebhookText;
use crate::domain::time::Millis;
use serde_json::{Value, json};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "webhook",
    title: "Webhook",
    about: "Incoming webhooks: JSON to Slack, Microsoft Teams, Discord, Mattermost or an address of your own",
    capabilities: &[Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "what follows the configured address in that of the webhook, such as T000/B000/XXXX",
        place: KeyPlace::Address,
        by_proxy: true,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| Call::new(Request::get(""), read_probe)),
    actions: Some(&Webhook),
    ..System::of(&KIND)
};

/// Nothing is posted to see whether it is there: any answer of a machine to a GET shows that.
fn read_probe(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    match response.status {
        401 | 403 | 404 | 407 | 410 | 429 | 500.. => {
            Err(check(response).err().unwrap_or(SourceError::CutOff))
        }
        _ if response.is_html() => Err(SourceError::Html { status: response.status }),
        status => {
            Ok(Parsed::new(Probe { version: String::new(), facts: vec![("status", status.to_string())] }))
        }
    }
}

struct Webhook;

impl Actions for Webhook {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::CallWebhook]
    }

    fn safety(&self, _: &Action, _: FetchSite) -> Safety {
        Safety::AskFirst
    }

    fn perform(
        &self,
        action: &Action,
        site: FetchSite,
        _: Millis,
    ) -> Result<ActionCall<Performed>, NotOffered> {
        let Action::CallWebhook(text) = action else { return Err(NotOffered) };
        let body = body(text).ok_or(NotOffered)?.to_string();
        // Slack allows no JSON from another origin, but a form with the same in it.
        let request = match (text.template.as_str(), site) {
            ("slack", FetchSite::CrossOrigin) => Request::post_form("").with("payload", body),
            _ => Request::post_json("", body),
        };
        Ok(ActionCall::new(request, |_, response| match check(response) {
            Ok(()) => Performed::Done(Receipt::default()),
            Err(error) => Performed::Refused { error, is_conflict: false },
        }))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        let Action::CallWebhook(_) = action else { return Err(NotOffered) };
        Ok(ActionCall::new(Request::get(""), |_, _| {
            Found::Unanswered(SourceError::Rejected {
                status: 200,
                code: String::new(),
                message: "A webhook does not say what was posted".into(),
                remedy: "Look into the channel. Then send it again, or take it back.",
            })
        }))
    }
}

/// The forms that are known by name. Another one is JSON with `{{title}}`, `{{text}}`, `{{severity}}`, `{{status}}` and
/// `{{link}}` in its texts.
pub const TEMPLATES: [&str; 4] = ["slack", "teams", "discord", "mattermost"];

/// The document that is posted; `None` for a template that is no JSON.
pub fn body(text: &WebhookText) -> Option<Value> {
    let link = text.link.as_deref().unwrap_or_default();
    let severity = text.severity.map_or("", |s| s.title());
    let head = [severity, text.title.as_str()].into_iter().filter(|part| !part.is_empty());
    let head = head.collect::<Vec<_>>().join(" ");
    let status = if text.status.is_empty() { String::new() } else { format!(" ({})", text.status) };
    let lines = |bold: &dyn Fn(&str) -> String, plain: &dyn Fn(&str) -> String| {
        let all = [format!("{}{}", bold(&head), plain(&status)), plain(&text.text), link.to_string()];
        all.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    Some(match text.template.as_str() {
        "slack" => {
            let escaped = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            json!({"text": lines(&|t| format!("*{}*", escaped(t)), &escaped)})
        }
        "mattermost" => {
            // U+200B between the sign and the word.
            let quiet = |t: &str| t.replace('@', "@\u{200b}");
            json!({"text": lines(&|t| format!("**{}**", quiet(t)), &quiet), "username": "Fourlights"})
        }
        "discord" => {
            let content: String =
                lines(&|t| format!("**{t}**"), &|t| t.to_string()).chars().take(2_000).collect();
            json!({"content": content, "allowed_mentions": {"parse": []}})
        }
        "teams" => {
            let block = |text: &str, weight: &str| json!({"type": "TextBlock", "text": text, "weight": weight, "wrap": true});
            let blocks = [block(&format!("{head}{status}"), "bolder"), block(&text.text, "default")];
            let open = json!({"type": "Action.OpenUrl", "title": "Open", "url": link});
            let actions = if link.is_empty() { json!([]) } else { json!([open]) };
            json!({"type": "message", "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": blocks,
                    "actions": actions,
                },
            }]})
        }
        own => {
            let values = [
                ("{{title}}", text.title.as_str()),
                ("{{text}}", text.text.as_str()),
                ("{{severity}}", severity),
                ("{{status}}", text.status.as_str()),
                ("{{link}}", link),
            ];
            filled(serde_json::from_str(own).ok()?, &values)
        }
    })
}

/// With the values in its texts. What is filled in stays text: no quote in it ends one.
fn filled(template: Value, values: &[(&str, &str)]) -> Value {
    match template {
        Value::String(text) => Value::String(fill(&text, values)),
        Value::Array(all) => all.into_iter().map(|one| filled(one, values)).collect(),
        Value::Object(all) => {
            Value::Object(all.into_iter().map(|(name, one)| (name, filled(one, values))).collect())
        }
        other => other,
    }
}

/// In one pass: a value that looks like a placeholder is not filled in again.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match values.iter().find_map(|(name, value)| Some((value, from.strip_prefix(name)?))) {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push_str("{{");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out + rest
}

/// # Errors
/// When the response is no success. Some hosts say no with status 200.
fn check(response: &Response) -> Result<(), SourceError> {
    let text = response.excerpt();
    let failed_inside = response.status == 200 && text.contains("delivery failed");
    if let Some(error) = SourceError::of_wait(response) {
        return Err(error);
    }
    let remedy = match response.status {
        200..=299 if !failed_inside && !response.is_html() => return Ok(()),
        400 | 413 | 422 => "The host does not take this form. Check the template.",
        401 | 403 | 407 => "The address is not right any more, or the proxy refuses it. Make a new webhook.",
        404 | 410 => "The webhook is gone, or its address is wrong. Make a new one.",
        _ if response.is_html() => return Err(SourceError::Html { status: response.status }),
        200 => "The host took it in and could not deliver it. Check the template and the channel.",
        _ => "The host of the webhook fails. Look into the channel before it is sent again.",
    };
    Err(SourceError::Rejected { status: response.status, code: String::new(), message: text, remedy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::severity::Severity;
    use crate::sources::Method;

    fn text(template: &str) -> WebhookText {
        WebhookText {
            template: template.into(),
            title: "API \"down\"".into(),
            text: "<!channel> @all {{title}} & more".into(),
            severity: Some(Severity::Sev1),
            status: "identified".into(),
            link: Some("https://status.example/1".into()),
        }
    }

    #[test]
    fn each_known_form_is_what_its_host_takes_and_calls_nobody() {
        let slack = body(&text("slack")).unwrap();
        assert_eq!(
            slack,
            json!({"text": "*SEV-1 API \"down\"* (identified)\n&lt;!channel&gt; @all {{title}} &amp; more\nhttps://status.example/1"})
        );
        let mattermost = body(&text("mattermost")).unwrap();
        let said = mattermost["text"].as_str().unwrap();
        assert!(said.starts_with("**SEV-1 API") && !said.contains("@all"), "{said}");
        let discord = body(&text("discord")).unwrap();
        assert_eq!(discord["allowed_mentions"], json!({"parse": []}));
        let long = WebhookText { text: "x".repeat(3_000), ..text("discord") };
        assert_eq!(body(&long).unwrap()["content"].as_str().unwrap().chars().count(), 2_000);
        let teams = body(&text("teams")).unwrap();
        let card = &teams["attachments"][0];
        assert_eq!(card["contentType"], json!("application/vnd.microsoft.card.adaptive"));
        assert_eq!(card["content"]["body"][0]["text"], json!("SEV-1 API \"down\" (identified)"));
        assert_eq!(card["content"]["actions"][0]["url"], json!("https://status.example/1"));
        let without = WebhookText { link: None, severity: None, status: String::new(), ..text("teams") };
        let card = &body(&without).unwrap()["attachments"][0]["content"];
        assert_eq!((&card["actions"], &card["body"][0]["text"]), (&json!([]), &json!("API \"down\"")));
        for name in TEMPLATES {
            assert!(body(&text(name)).is_some(), "{name}");
        }
    }

    #[test]
    fn a_form_of_ones_own_is_filled_in_once_and_stays_json() {
        let own =
            r#"{"summary":"{{severity}}: {{title}}","nested":[{"t":"{{text}}","u":"{{link}}{{x}}"}],"n":1}"#;
        let filled = body(&text(own)).unwrap();
        assert_eq!(
            filled,
            json!({"summary": "SEV-1: API \"down\"",
                   "nested": [{"t": "<!channel> @all {{title}} & more", "u": "https://status.example/1{{x}}"}], "n": 1})
        );
        assert_eq!(body(&text("{not json")), None);
        assert!(Webhook.perform(&Action::CallWebhook(text("{not json")), FetchSite::SameOrigin, 0).is_err());
    }

    #[test]
    fn a_browser_posts_a_form_where_json_is_not_allowed() {
        let request = |template: &str, site| {
            Webhook.perform(&Action::CallWebhook(text(template)), site, 0).unwrap().request
        };
        let form = request("slack", FetchSite::CrossOrigin);
        assert_eq!(form.method, Method::PostForm);
        let payload: Value = serde_json::from_str(form.parameter("payload").unwrap()).unwrap();
        assert_eq!(payload, body(&text("slack")).unwrap());
        for (template, site) in [("slack", FetchSite::SameOrigin), ("discord", FetchSite::CrossOrigin)] {
            assert_eq!(request(template, site).method, Method::PostJson, "{template}");
        }
    }

    #[test]
    fn what_came_of_it_is_told() {
        let action = Action::CallWebhook(text("slack"));
        let call = Webhook.perform(&action, FetchSite::SameOrigin, 0).unwrap();
        let read = |status: u16, body: &str| {
            let response = Response { status, body: body.into(), ..Response::default() };
            Performed::read(&call, &action, &Ok(response))
        };
        for (status, body) in [(200, "ok"), (204, ""), (202, ""), (200, "1")] {
            assert_eq!(read(status, body), Performed::Done(Receipt::default()), "{status}");
        }
        for (status, body) in [
            (400, "invalid_payload"),
            (404, "no_service"),
            (410, "gone"),
            (403, "no"),
            (200, "Webhook message delivery failed with error: 400"),
        ] {
            assert!(matches!(read(status, body), Performed::Refused { .. }), "{status} {body}");
        }
        assert!(matches!(read(429, ""), Performed::NotNow { .. }));
        assert!(matches!(read(502, ""), Performed::Unknown(_)));
    }
}
