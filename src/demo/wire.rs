//! What the answers of all systems have in common.

use crate::sources::Response;

pub fn json(status: u16, body: String) -> Response {
    Response {
        status,
        content_type: Some("application/json".into()),
        body: body.into_bytes(),
        ..Response::default()
    }
}
