//! The pages and their addresses. Every address is one step below the base and carries the rest in
//! its query, so that it works from plain files under any path.

/// A page of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Health,
    /// one service, by id
    Service(String),
    Incidents,
    /// one incident, by id
    Incident(String),
    Alerts,
    Slos,
    /// one objective, by id
    Slo(String),
    Capacity,
    Reviews,
    OnCall,
    Runbooks,
    /// one runbook, by its path and, after a #, a part of it
    Runbook(String),
    /// writing a public update
    Update,
    Sources,
}

impl Route {
    /// The last step of the path; empty for the first page.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Health => "",
            Self::Service(_) => "service",
            Self::Incidents => "incidents",
            Self::Incident(_) => "incident",
            Self::Alerts => "alerts",
            Self::Slos => "slos",
            Self::Slo(_) => "slo",
            Self::Capacity => "capacity",
            Self::Reviews => "reviews",
            Self::OnCall => "on-call",
            Self::Runbooks => "runbooks",
            Self::Runbook(_) => "runbook",
            Self::Update => "update",
            Self::Sources => "sources",
        }
    }

    pub fn title(&self) -> &'static str {
        match self {
            Self::Health => "Health",
            Self::Service(_) => "Service",
            Self::Incidents => "Incidents",
            Self::Incident(_) => "Incident",
            Self::Alerts => "Alerts",
            Self::Slos => "SLOs",
            Self::Slo(_) => "SLO",
            Self::Capacity => "Capacity",
            Self::Reviews => "Reviews",
            Self::OnCall => "On-call",
            Self::Runbooks => "Runbooks",
            Self::Runbook(_) => "Runbook",
            Self::Update => "Public update",
            Self::Sources => "Connections",
        }
    }

    /// The title where there is little room.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Update => "Update",
            other => other.title(),
        }
    }

    /// Whether the page's charts show the range that is chosen; the others have windows of their own.
    pub fn follows_range(&self) -> bool {
        matches!(self, Self::Health | Self::Service(_))
    }

    /// The part of the rail that it is listed in.
    pub fn section(&self) -> Section {
        match self {
            Self::Health | Self::Incidents | Self::Incident(_) | Self::Alerts | Self::OnCall => {
                Section::Respond
            }
            Self::Service(_) | Self::Runbooks | Self::Runbook(_) | Self::Update => Section::Operate,
            Self::Slos | Self::Slo(_) | Self::Capacity | Self::Reviews => Section::Improve,
            Self::Sources => Section::Foot,
        }
    }

    /// Those of the bar at the bottom of a phone; the rest is behind its last entry.
    pub fn on_phone() -> [Self; 4] {
        [Self::Health, Self::Incidents, Self::Alerts, Self::OnCall]
    }

    /// The pages of the rail with the key that follows `g`.
    pub fn rail() -> [(Self, char); 10] {
        [
            (Self::Health, 'h'),
            (Self::Incidents, 'i'),
            (Self::Alerts, 'a'),
            (Self::OnCall, 'n'),
            (Self::Slos, 'o'),
            (Self::Capacity, 'c'),
            // `g v` is the service of what fires.
            (Self::Reviews, 'w'),
            (Self::Runbooks, 'r'),
            (Self::Update, 'u'),
            (Self::Sources, 's'),
        ]
    }

    /// The page of the rail that it belongs to: the list of what it shows one of.
    pub fn listed_on(self) -> Self {
        match self {
            Self::Service(_) => Self::Health,
            Self::Slo(_) => Self::Slos,
            Self::Runbook(_) => Self::Runbooks,
            Self::Incident(_) => Self::Incidents,
            other => other,
        }
    }

    /// The id of the one thing the page is about.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Service(id) | Self::Slo(id) | Self::Runbook(id) | Self::Incident(id) => Some(id),
            _ => None,
        }
    }

    /// The page of a path below the base, without its query.
    pub fn parse(path: &str) -> Option<Self> {
        match path.trim_matches('/') {
            "" | "index.html" => Some(Self::Health),
            "service" => Some(Self::Service(String::new())),
            "incidents" => Some(Self::Incidents),
            "incident" => Some(Self::Incident(String::new())),
            "alerts" => Some(Self::Alerts),
            "slos" => Some(Self::Slos),
            "slo" => Some(Self::Slo(String::new())),
            "capacity" => Some(Self::Capacity),
            "reviews" => Some(Self::Reviews),
            "on-call" => Some(Self::OnCall),
            "runbooks" => Some(Self::Runbooks),
            "runbook" => Some(Self::Runbook(String::new())),
            "update" => Some(Self::Update),
            "sources" => Some(Self::Sources),
            _ => None,
        }
    }
}

/// A part of the rail, in the order of need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Respond,
    Operate,
    Improve,
    /// about the console itself
    Foot,
}

impl Section {
    pub const ALL: [Self; 4] = [Self::Respond, Self::Operate, Self::Improve, Self::Foot];

    /// Its heading; none for what stands at the foot.
    pub fn title(self) -> Option<&'static str> {
        match self {
            Self::Respond => Some("Respond"),
            Self::Operate => Some("Operate"),
            Self::Improve => Some("Improve"),
            Self::Foot => None,
        }
    }
}

/// The path under which the console lives: `/ops` from `https://host/ops/`, empty at the root.
pub fn base_of(base_uri: &str) -> String {
    let path =
        base_uri.split_once("://").map_or(base_uri, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_round_trip() {
        for (route, _) in Route::rail() {
            assert_eq!(Route::parse(route.path()), Some(route));
        }
        assert_eq!(Route::parse("/alerts/"), Some(Route::Alerts));
        assert_eq!(Route::parse("nope"), None);
    }

    #[test]
    fn the_base_is_the_folder_of_the_document() {
        assert_eq!(base_of("https://host/ops/"), "/ops");
        assert_eq!(base_of("https://host/ops/index.html?x=/y"), "/ops");
        assert_eq!(base_of("http://127.0.0.1:8080/"), "");
        assert_eq!(base_of("https://host"), "");
    }
}
