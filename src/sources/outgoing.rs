//! A request as it goes over the wire: address, headers and body, with the key in its place.
//!
//! ```text
//! Request GET /incidents?limit=100, key Header { authorization, "Token token=" }
//!   -> GET https://host/incidents?limit=100   authorization: Token token=KEY
//! ```

use super::actions::FetchSite;
use super::http::{Key, Method, Request, Response, address};
use crate::config::KeyPlace;
use crate::domain::base64;
use crate::domain::secret::Secret;
use serde_json::Value;
use std::fmt;

/// What stands in the place of a key where a request is shown.
pub const HIDDEN: &str = "(hidden)";

/// It holds the key in the clear, so it is made last, where it is sent, and is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub method: &'static str,
    pub url: String,
    /// names in lower case
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("method", &self.method).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// `base` is the configured address; `site` is what its host is to the page. A native program may send any header, as
    /// a page may to its own host.
    pub fn new(base: &str, request: &Request, site: FetchSite) -> Self {
        Self::with(base, request, site, Secret::expose_secret)
    }

    /// The same with the key hidden, to be shown.
    pub fn shown(base: &str, request: &Request, site: FetchSite) -> Self {
        Self::with(base, request, site, |_| HIDDEN)
    }

    fn with(base: &str, request: &Request, site: FetchSite, reveal: fn(&Secret) -> &str) -> Self {
        let encoded = request.encoded();
        let in_address = if request.method.asks_in_address() { encoded.as_str() } else { "" };
        let mut out = Self {
            method: request.method.name(),
            url: address(base, &request.path, in_address),
            headers: request.headers.clone(),
            body: None,
        };
        let json = request.json.clone().unwrap_or_default();
        let content_type = match request.method {
            Method::Get | Method::Delete => None,
            Method::PostForm => {
                out.body = Some(encoded);
                Some("application/x-www-form-urlencoded")
            }
            Method::PutJson | Method::PostJson | Method::PatchJson => {
                out.body = Some(json);
                Some("application/json")
            }
        };
        out.headers.extend(content_type.map(|value| ("content-type", value.to_string())));
        if let Some(Key { place, secret }) = &request.key {
            out.put_key(base, request, *place, site, reveal(secret));
        }
        out
    }

    fn put_key(&mut self, base: &str, request: &Request, place: KeyPlace, site: FetchSite, key: &str) {
        match place {
            KeyPlace::Header { name, before } => self.headers.push((name, format!("{before}{key}"))),
            KeyPlace::Basic => {
                // Hidden it stays readable as what it is.
                let value = if key == HIDDEN { HIDDEN.into() } else { base64::write(key.as_bytes()) };
                self.headers.push(("authorization", format!("Basic {value}")));
            }
            KeyPlace::BearerOrForm { field }
                if request.method == Method::PostForm && site == FetchSite::CrossOrigin =>
            {
                let body = request.clone().with(field, key).encoded();
                self.body = Some(body);
            }
            KeyPlace::BearerOrForm { .. } => self.headers.push(("authorization", format!("Bearer {key}"))),
            KeyPlace::Json { field } => {
                self.body = self.body.take().map(|body| with_field(&body, field, key));
            }
            KeyPlace::Address => {
                let path = format!("{}/{}", request.path.trim_end_matches('/'), key.trim_start_matches('/'));
                self.url = address(base, &path, "");
            }
        }
    }
}

/// A failure without the key of its request: some systems repeat what they refuse, and what they say is shown.
pub fn without_key(response: Response, request: &Request) -> Response {
    let Some(Key { secret, .. }) = request.key.as_ref().filter(|_| response.status >= 400) else {
        return response;
    };
    let text = String::from_utf8_lossy(&response.body);
    let encoded = base64::write(secret.expose_secret().as_bytes());
    if !text.contains(secret.expose_secret()) && !text.contains(&encoded) {
        return response;
    }
    let body = text.replace(secret.expose_secret(), HIDDEN).replace(&encoded, HIDDEN).into_bytes();
    Response { body, ..response }
}

/// A JSON object with one field more.
fn with_field(body: &str, field: &str, value: &str) -> String {
    let mut tree = serde_json::from_str(body).unwrap_or(Value::Null);
    match &mut tree {
        Value::Object(members) => {
            members.insert(field.into(), value.into());
        }
        other => *other = serde_json::json!({ field: value }),
    }
    tree.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(request: Request, place: KeyPlace, site: FetchSite) -> Outgoing {
        Outgoing::new("https://h/p", &request.keyed(place, Some(Secret::new("k3y"))), site)
    }

    #[test]
    fn the_key_stands_where_the_kind_takes_it() {
        use FetchSite::{CrossOrigin, SameOrigin};
        let header = |out: &Outgoing| {
            out.headers.iter().find(|(name, _)| *name == "authorization").map(|(_, value)| value.clone())
        };
        for (place, expected) in [
            (KeyPlace::BEARER, "Bearer k3y"),
            (KeyPlace::Header { name: "authorization", before: "Token token=" }, "Token token=k3y"),
            (KeyPlace::Header { name: "authorization", before: "GenieKey " }, "GenieKey k3y"),
            (KeyPlace::Basic, "Basic azN5"),
            (KeyPlace::BearerOrForm { field: "token" }, "Bearer k3y"),
        ] {
            let sent = out(Request::get("/a").with("b", "c"), place, CrossOrigin);
            assert_eq!(header(&sent).as_deref(), Some(expected), "{place:?}");
            assert_eq!((sent.url.as_str(), sent.body), ("https://h/p/a?b=c", None));
        }
        let form = KeyPlace::BearerOrForm { field: "token" };
        let posted = out(Request::post_form("/a").with("b", "c"), form, CrossOrigin);
        assert_eq!((header(&posted), posted.body.as_deref()), (None, Some("b=c&token=k3y")));
        assert_eq!(posted.url, "https://h/p/a");
        let by_proxy = out(Request::post_form("/a").with("b", "c"), form, SameOrigin);
        assert_eq!(
            (header(&by_proxy).as_deref(), by_proxy.body.as_deref()),
            (Some("Bearer k3y"), Some("b=c"))
        );
        let field = KeyPlace::Json { field: "routing_key" };
        let posted = out(Request::post_json("/v2", r#"{"a":1}"#.into()), field, CrossOrigin);
        assert_eq!(posted.body.as_deref(), Some(r#"{"a":1,"routing_key":"k3y"}"#));
        let hook = out(Request::post_json("", "{}".into()), KeyPlace::Address, CrossOrigin);
        assert_eq!(hook.url, "https://h/p/k3y");
    }

    #[test]
    fn a_key_is_not_shown() {
        let request = |method: &str| match method {
            "form" => Request::post_form("/a"),
            "json" => Request::post_json("/a", "{}".into()),
            _ => Request::get("/a"),
        };
        let places = [
            (KeyPlace::BEARER, "get"),
            (KeyPlace::Basic, "get"),
            (KeyPlace::BearerOrForm { field: "token" }, "form"),
            (KeyPlace::Json { field: "key" }, "json"),
            (KeyPlace::Address, "json"),
        ];
        for (place, method) in places {
            let keyed = request(method).keyed(place, Some(Secret::new("user:hunter2")));
            let shown = Outgoing::shown("https://h", &keyed, FetchSite::CrossOrigin);
            let all = format!(
                "{keyed:?} {:?} {shown:?} {} {:?} {:?}",
                keyed.key, shown.url, shown.headers, shown.body
            );
            for mark in ["hunter2", "dXNlcjpodW50ZXIy"] {
                assert!(!all.contains(mark), "{place:?}: {all}");
            }
            assert!(all.contains("hidden"), "{all}");
        }
    }

    #[test]
    fn what_repeats_the_key_is_shown_without_it() {
        let request = Request::get("/a").keyed(KeyPlace::Basic, Some(Secret::new("ana:hunter2")));
        let answer = |status: u16, body: &str| {
            let response = Response { status, body: body.into(), ..Response::default() };
            String::from_utf8(without_key(response, &request).body).unwrap()
        };
        assert_eq!(answer(401, "bad ana:hunter2, Basic YW5hOmh1bnRlcjI="), "bad (hidden), Basic (hidden)");
        assert_eq!(answer(401, "no"), "no");
        // What is asked for is not touched.
        assert_eq!(answer(200, "ana:hunter2"), "ana:hunter2");
    }

    #[test]
    fn a_body_has_its_type_and_a_request_its_headers() {
        let get = Request::get("/a").header("accept", "application/json");
        let sent = Outgoing::new("/p?x=y", &get, FetchSite::SameOrigin);
        assert_eq!((sent.method, sent.url.as_str()), ("GET", "/p/a?x=y"));
        assert_eq!(sent.headers, [("accept", "application/json".to_string())]);
        for (request, method, kind) in [
            (Request::put_json("/a", "{}".into()), "PUT", "application/json"),
            (Request::patch_json("/a", "{}".into()), "PATCH", "application/json"),
            (Request::post_form("/a"), "POST", "application/x-www-form-urlencoded"),
        ] {
            let sent = Outgoing::new("/p", &request, FetchSite::SameOrigin);
            assert_eq!((sent.method, sent.headers), (method, vec![("content-type", kind.to_string())]));
            assert!(sent.body.is_some());
        }
        // An empty key is none.
        assert_eq!(Request::get("/a").keyed(KeyPlace::BEARER, Some(Secret::new(" "))).key, None);
    }
}
