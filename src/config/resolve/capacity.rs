//! Resources that can run full.

use crate::config::fault::FaultKind;
use crate::config::kind::Capability;
use crate::config::measure::ResourceKind;
use crate::config::raw::{NumberOrQuery, RawCapacity};
use crate::config::resolved::{Cost, Limit, Resource};
use crate::config::resolver::Resolver;
use crate::config::shape::Path;

impl Resolver<'_> {
    pub(super) fn capacity(&mut self, raw: &[RawCapacity], path: &Path) -> Vec<Resource> {
        self.unique(raw.iter().enumerate().map(|(i, c)| (c.id.as_str(), path.index(i).key("id"))));
        raw.iter().enumerate().filter_map(|(i, c)| self.resource(c, &path.index(i))).collect()
    }

    fn resource(&mut self, raw: &RawCapacity, path: &Path) -> Option<Resource> {
        self.source_for(&raw.source, Capability::Metrics, &path.key("source"));
        self.query(&raw.used, Some(&raw.source), &[], &path.key("used"));
        for (key, query) in [
            ("limit", raw.limit.as_ref().and_then(NumberOrQuery::query)),
            ("latency", raw.latency.as_deref()),
        ] {
            if let Some(query) = query {
                self.query(query, Some(&raw.source), &[], &path.key(key));
            }
        }
        if let Some(by) = &raw.by {
            self.label(by, &path.key("by"));
        }
        let kinds = [("storage", ResourceKind::Storage), ("traffic", ResourceKind::Traffic)];
        let kind = self.word(&raw.kind, &kinds, "a kind of resource", &path.key("kind"));
        if let Some(NumberOrQuery::Number(limit)) = raw.limit
            && limit <= 0.0
        {
            self.fault(
                FaultKind::BadValue,
                &path.key("limit"),
                &format!("{limit}"),
                "a number above 0",
                "1e12",
            );
        }
        let (act_at, action) = match kind {
            None | Some(ResourceKind::Storage) => (0.7, "Plan migration or upgrade"),
            Some(ResourceKind::Traffic) => (0.3, "Scale up"),
        };
        let act_at = raw.act_at.unwrap_or(act_at);
        if !(act_at > 0.0 && act_at < 10.0) {
            self.fault(
                FaultKind::BadValue,
                &path.key("act_at"),
                &format!("{act_at}"),
                "a ratio above 0, not a percentage",
                "0.7",
            );
        }
        let limit = match (&raw.limit, &raw.latency) {
            (Some(NumberOrQuery::Number(limit)), _) => Some(Limit::Number(*limit)),
            (Some(NumberOrQuery::Query(query)), _) => Some(Limit::Query(query.clone())),
            (None, Some(latency)) if kind == Some(ResourceKind::Traffic) && raw.by.is_none() => {
                Some(Limit::Knee(latency.clone()))
            }
            _ if kind.is_none() => None,
            _ => {
                let expected = "limit; or, for traffic without by, latency to read it from";
                self.fault(FaultKind::MissingKey, &path.key("limit"), "none", expected, "1e12");
                None
            }
        };
        let peak = raw.peak.unwrap_or(1.0);
        if !(peak > 0.0 && peak <= 1.0) {
            let expected = "a quantile above 0 and at most 1";
            self.fault(FaultKind::BadValue, &path.key("peak"), &format!("{peak}"), expected, "0.99");
        }
        let cost = raw.cost.as_ref().map(|cost| Cost {
            amount: cost.amount,
            per: cost.per.unwrap_or(1.0),
            currency: cost.currency.clone(),
        });
        if cost.as_ref().is_some_and(|c| c.amount < 0.0 || c.per <= 0.0) {
            let (path, found) = (path.key("cost"), "an amount below 0, or for no units");
            self.fault(
                FaultKind::BadValue,
                &path,
                found,
                "money for some units",
                r#"{ "amount": 0.1, "per": 1e9, "currency": "EUR" }"#,
            );
        }
        Some(Resource {
            id: raw.id.clone(),
            name: raw.name.clone(),
            source: raw.source.clone(),
            kind: kind?,
            used: raw.used.clone(),
            limit: limit?,
            cost,
            peak,
            by: raw.by.clone(),
            act_at,
            action: raw.action.clone().unwrap_or_else(|| action.into()),
        })
    }
}
