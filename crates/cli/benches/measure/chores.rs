//! Applying 20 small migrations to a fresh database, beside the tools of the field.

use crate::applier::Applier;
use crate::generated::{SMALL, generate};
use crate::instances::{address, instance};
use crate::timing::{head, median, row, runs, seconds, timed};

pub(crate) fn run() {
    let appliers = Applier::all();
    let migrations = generate(20, SMALL);
    head(&["20 small migrations", "time", "once more, nothing to do"]);
    for applier in appliers {
        let folder = tempfile::tempdir().unwrap();
        applier.write(folder.path(), &migrations);
        let mut again = Vec::new();
        let first = median(runs(), || {
            let instance = instance();
            let url = address(instance.database());
            let first = timed(&mut applier.command(folder.path(), &url));
            if !applier.is_forgetful() {
                again.push(timed(&mut applier.command(folder.path(), &url)));
            }
            first
        });
        let again = match again.as_slice() {
            [] => "fails: it keeps no history".to_owned(),
            _ => seconds(crate::timing::quantile(again, 0.5)),
        };
        row([applier.to_string(), seconds(first), again]);
    }
}
