//! What was adopted, and what was left alone.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str;
use lodger_database::adopt::{AdoptReport, Left, LeftReason};

use super::count;
use crate::context::Context;

/// What is claimed, what is not and why, and the closing line.
pub(crate) fn render_adopt(report: &AdoptReport, context: &Context) -> String {
    let mut text = String::new();
    let would = if report.dry_run { "would be " } else { "" };
    if !context.quiet {
        for id in &report.claimed {
            add(&mut text, 0, &format!("{would}claimed: {id}"));
        }
        for (version, name) in &report.recorded {
            let said = format!("{would}recorded as there already: {version} {name}");
            add(&mut text, 0, &said);
        }
    }
    for left in &report.left {
        render_left(&mut text, left);
    }
    for it in &report.not_recorded {
        let said = format!("not recorded: {} {}: {}", it.version, it.name, it.reason);
        add(&mut text, 0, &said);
        for sentence in &it.missing {
            add(&mut text, 2, sentence);
        }
    }
    for it in &report.accepted {
        let said = format!(
            "recorded all the same: {} {}: {}",
            it.version, it.name, it.reason
        );
        add(&mut text, 0, &said);
        for sentence in &it.missing {
            add(&mut text, 2, sentence);
        }
    }
    for it in &report.unknown {
        let said = format!(
            "not known what line {} of {} declares: {}",
            it.line, it.version, it.reason
        );
        add(&mut text, 0, &said);
    }
    if !context.quiet {
        let claimed = count(report.claimed.len(), "object");
        let already = match report.already.len() {
            0 => String::new(),
            many => format!(", {} already", count(many, "object")),
        };
        let left = match report.left.len() {
            0 => String::new(),
            many => format!("; {} left alone", count(many, "object")),
        };
        add(
            &mut text,
            0,
            &format!("{would}claimed: {claimed}{already}{left}"),
        );
    }
    text
}

fn render_left(text: &mut String, left: &Left) {
    let whose = left.owner.describe();
    let why = match &left.reason {
        LeftReason::Absent => "it is not there".to_owned(),
        LeftReason::Different => format!("the one that is there is {whose} and looks different"),
        LeftReason::SomebodyElses => format!("it is {whose}"),
        LeftReason::PartOf(whole) => format!("it is a part of {whole}, which is not claimed"),
        LeftReason::UsedBy(users) => {
            let users: Vec<String> = users.iter().map(ToString::to_string).collect();
            format!(
                "it is used by what is not this project's: {}",
                users.join(", ")
            )
        }
    };
    add(text, 0, &format!("left alone: {}: {why}", left.object));
    for difference in &left.differences {
        add(text, 2, difference);
    }
}

fn add(text: &mut String, indentation: usize, said: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{:indentation$}{}", "", normalize_untrusted_str(said));
}
