//! Chores of the workspace; not shipped.
#![expect(
    clippy::print_stdout,
    reason = "chores talk to the developer at the terminal"
)]

mod bench;
mod ci;
mod codegen;
mod corpus;
mod differential;
mod faults;
mod fuzz;
mod matrix;
mod needs;
mod pins;
mod plots;
mod shell;
mod test;
mod tidy;

use clap::{Parser, Subcommand};

/// Chores of the workspace
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Run all tests, after seeing to it that what they need is there
    Test {
        /// Passed on to the test runner: a filter, for instance
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Compare, for random migrations on random instances, what is predicted with what Postgres does
    Differential {
        /// How many
        #[arg(long, default_value_t = 20_000)]
        cases: u64,
        /// Other numbers give other cases
        #[arg(long, default_value_t = 2)]
        seed: u64,
    },
    /// Interrupt commands by killing them, their server, its backends or the network, and look at what is left
    Faults {
        /// How often
        #[arg(long, default_value_t = 500)]
        runs: u64,
        /// Other numbers give other moments
        #[arg(long, default_value_t = 2)]
        seed: u64,
        /// Only one of apply, rollback, export, repair, transfer and watch, and all the runs of it
        #[arg(long)]
        operation: Option<String>,
    },
    /// Run the fuzz targets of `fuzz/`, one after the other
    Fuzz {
        /// How long each
        #[arg(long, default_value_t = 120)]
        seconds: u64,
    },
    /// Run everything that a change must pass: formatting, clippy, documentation, tests, pins
    Ci,
    /// Check what neither the compiler nor clippy can: layering, file budgets, named paths, words
    Tidy,
    /// Plan and execute the corpus, and print how much of it is found; `--export FOLDER` writes it for another
    /// tool, `--findings FILE` scores what that tool said
    Corpus {
        /// A part of the cases' names; or one of the options of `corpus/README.md`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the database tests on PostgreSQL 14 to 18
    Matrix {
        /// Only these major versions
        versions: Vec<u32>,
    },
    /// Measure commands, sign-ins, the API and the first start beside the tools of the field
    #[command(long_about = bench::ABOUT)]
    Bench {
        /// Only these parts
        parts: Vec<String>,
    },
    /// Write the generated pages under `docs/`
    Codegen,
    /// Draw the tables of `docs/measurements.md` and `docs/scale.md` as SVG files under `docs/plots`
    Plots,
    /// Resolve the dependencies without `Cargo.lock` and check that the alpha releases stay put
    Pins,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Test { arguments } => test::run(&arguments).map(drop),
        Chore::Differential { cases, seed } => differential::run(cases, seed),
        Chore::Faults {
            runs,
            seed,
            operation,
        } => faults::run(runs, seed, operation.as_deref()),
        Chore::Fuzz { seconds } => fuzz::run(seconds),
        Chore::Ci => ci::run(),
        Chore::Tidy => tidy::run(),
        Chore::Corpus { arguments } => corpus::run(&arguments),
        Chore::Matrix { versions } => matrix::run(&versions),
        Chore::Bench { parts } => bench::run(&parts),
        Chore::Codegen => codegen::run(),
        Chore::Plots => plots::run(),
        Chore::Pins => pins::run(),
    }
}
