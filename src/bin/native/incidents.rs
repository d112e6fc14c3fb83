//! The incident files beside a configuration, for `publish` and `check`.

use fourlights::config::Public;
use fourlights::domain::public::Notice;
use fourlights::domain::time::Millis;
use fourlights::publish::incident_file::{ENDINGS, FileFault, LONGEST};
use fourlights::publish::incidents::{self, Incidents};
use fourlights::transport::folder;
use std::path::Path;

/// Reads the incident files of a page; `beside` is the folder of its configuration. Files are named by their whole paths.
/// No folder of incidents, no incidents; one that cannot be read is an error in words.
pub fn read(public: &Public, beside: &Path, published: &[Notice], now: Millis) -> Result<Incidents, String> {
    let Some(folder) = public.incidents.as_ref().map(|f| beside.join(f)) else {
        return Ok(Incidents::default());
    };
    let (ids, former) = (public.components.iter().map(|c| &c.id), public.components.iter());
    let ids: Vec<&str> = ids.chain(former.flat_map(|c| &c.former_ids)).map(String::as_str).collect();
    let tree = folder::read_tree(&folder, &ENDINGS, LONGEST).map_err(|e| e.to_string())?;
    let mut all = incidents::read(tree.texts, tree.others, &ids, published, now);
    let whole = |file: &mut FileFault| file.file = folder.join(&file.file).display().to_string();
    all.warnings.iter_mut().for_each(whole);
    all.faults.iter_mut().for_each(|(fault, _)| whole(fault));
    Ok(all)
}

/// All that is wrong and odd, as warnings of a run that goes on.
pub fn complaints(all: &Incidents) -> Vec<String> {
    let faults = all.faults.iter().map(|(fault, kept)| format!("{fault}; {kept}"));
    faults.chain(all.warnings.iter().map(ToString::to_string)).collect()
}
