//! The `lodger` command: the only part of the workspace that prints, exits and reads the environment.
#![cfg_attr(
    not(feature = "embedded"),
    expect(
        dead_code,
        reason = "the commands that work on a database plan with the embedded server"
    )
)]

mod args;
mod commands;
mod config;
mod context;
mod error;
mod output;
mod rules;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::output::terminal;

/// A server asks for memory and gives it back a hundred times a request, on all of its threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    terminal::report_panics();
    let cli = Cli::parse();
    terminal::start_log(cli.global.verbose);
    let color = cli.global.color;
    match commands::run(cli) {
        Ok(exit) => exit.code(),
        Err(error) => {
            terminal::print_error(&error, color);
            error.exit().code()
        }
    }
}
