//! Standard output and standard error: the only place that writes to them.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use annotate_snippets::{Group, Level, Renderer};
use tracing_subscriber::EnvFilter;

use crate::args::Color;
use crate::config;
use crate::error::CommandError;

/// Writes `text` to standard output, with a newline at its end.
/// A reader that has gone away, as in `lodger lint | head`, is no error.
pub(crate) fn print(text: &str) -> Result<(), CommandError> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::failed("standard output cannot be written").because(error))
        }
        _ => Ok(()),
    }
}

/// Writes a line about the work under way to standard error.
pub(crate) fn note(said: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{said}");
}

/// Writes an error with its causes and hints to standard error.
pub(crate) fn print_error(error: &CommandError, color: Color) {
    let title = error.to_string();
    let causes = error
        .causes()
        .into_iter()
        .map(|it| Level::NOTE.with_name("because").message(it));
    let hints = error.hints().iter().map(|it| Level::HELP.message(it));
    let group = Group::with_title(Level::ERROR.primary_title(title))
        .elements(causes)
        .elements(hints);
    let wanted = wants_color(color, io::stderr().is_terminal());
    let text = renderer(wanted).render(&[group]);
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Renders findings and errors, with or without colour.
pub(crate) fn renderer(color: bool) -> Renderer {
    if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

/// Is colour wanted on a stream?
pub(crate) fn wants_color(color: Color, is_terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_terminal && !config::no_color(),
    }
}

/// Sends the libraries' log to standard error, as far as `-v` asks for it.
pub(crate) fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::new(format!(
        "error,lodger={level},lodger_database={level},lodger_migration={level}"
    ));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .without_time()
        .init();
}

/// Makes a panic say that it is a bug and what to do about it. The process ends with 101.
pub(crate) fn report_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tell(panic);
        let sentence = "\nThis is a bug in lodger, not in your migrations.\n\
            Please report it with the lines above, the output of `lodger --version` and the command you ran.\n";
        // Nobody is left to be told that standard error is closed.
        let _ = io::stderr().write_all(sentence.as_bytes());
    }));
}
