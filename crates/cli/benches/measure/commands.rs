//! Lodger and psql as commands, and the files that they are given.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that is measured.
pub(crate) const LODGER: &str = env!("CARGO_BIN_EXE_lodger");

/// A command of Lodger's on the migrations of a folder.
pub(crate) fn lodger(arguments: &[&str], folder: &Path, url: Option<&str>) -> Command {
    let mut command = Command::new(LODGER);
    command.args(arguments).args(["--project", "measured"]);
    command.arg("--migrations").arg(folder);
    command.current_dir(folder).env_remove("DATABASE_URL");
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command
}

/// `psql -1` with the migrations of a folder.
pub(crate) fn psql(folder: &Path, url: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", url]);
    for file in sql_files(folder) {
        command.arg("-f").arg(file);
    }
    command
}

/// The research store's own migrations.
pub(crate) fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

/// The migrations of a folder, in order.
pub(crate) fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "sql"));
    files.sort();
    files
}

/// A program that is compared with: the one that the variable names, or that of this name on the PATH. Without one,
/// says how to get it.
pub(crate) fn program(name: &str, variable: &str, install: &str) -> Option<PathBuf> {
    let found = match std::env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)).filter(|it| it.is_file()),
        None => std::env::var_os("PATH").and_then(|path| {
            std::env::split_paths(&path)
                .map(|folder| folder.join(name))
                .find(|it| it.is_file())
        }),
    };
    if found.is_none() {
        println!(
            "{name} is left out, as it is not installed: {install}; {variable} may say where it is.\n"
        );
    }
    found
}

/// What a program answers when it is asked for its version, without its name.
pub(crate) fn version(program: &Path) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map_or_else(|_| String::new(), |it| crate::timing::said(&it));
    let words = text.split_whitespace();
    let numbers = words.filter(|it| it.contains('.') && it.contains(|c: char| c.is_ascii_digit()));
    numbers.take(1).collect()
}
