//! `lodger plan` and `lodger apply`: what they need before they can start.

use crate::sandbox::{Ended, Sandbox};

fn project() -> Sandbox {
    Sandbox::with(&[
        ("lodger.toml", "project = 'research'\n"),
        ("migrations/1_a.sql", "select 1;\n"),
    ])
}

fn run_with(sandbox: &Sandbox, command: &str, url: &str) -> Ended {
    Ended::of(
        &sandbox
            .command(&[command])
            .env("DATABASE_URL", url)
            .output()
            .unwrap(),
    )
}

#[test]
fn without_a_database_or_a_project_they_end_with_2() {
    for command in ["plan", "apply", "status", "verify", "rehearse"] {
        let unnamed = project().run(&[command]);
        unnamed.assert_error(2, "no database is named");
        assert!(unnamed.err.contains("DATABASE_URL"), "{unnamed:?}");
        run_with(&project(), command, "").assert_error(2, "no database is named");

        let nameless = Sandbox::with(&[("migrations/1_a.sql", "select 1;\n")]);
        run_with(&nameless, command, "postgres://x@localhost/x")
            .assert_error(2, "the project has no name");
    }
}

#[test]
fn an_address_that_cannot_be_read_ends_with_2_and_keeps_the_password() {
    let ended = run_with(&project(), "plan", "postgres://me:secret@host:notaport/db");
    ended.assert_error(2, "the database address cannot be used");
    assert!(!ended.err.contains("secret"), "{ended:?}");
}

#[test]
fn a_server_that_does_not_answer_ends_with_3() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for command in ["plan", "apply", "status"] {
        let url = format!("postgres://me:secret@127.0.0.1:{free}/db");
        let ended = run_with(&project(), command, &url);
        ended.assert_error(3, "no server answers at");
        assert!(!ended.err.contains("secret"), "{ended:?}");
    }
}

#[test]
fn times_and_numbers_are_checked_before_anything_else() {
    project()
        .run(&["apply", "--lock-timeout", "soon"])
        .assert_error(2, "`soon` is no time");
    project()
        .run(&["apply", "--attempts", "0"])
        .assert_error(2, "0 is not in 1..");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130() {
    use std::process::{Command, Stdio};
    // It takes the connection and never says a word, so that the interrupt comes in the middle.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://me:secret@{}/db", silent.local_addr().unwrap());
    let sandbox = project();
    let mut command = sandbox.command(&["plan"]);
    let command = command
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let (_connection, _) = silent.accept().unwrap();
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let ended = Ended::of(&child.wait_with_output().unwrap());
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (130, "error: interrupted\n")
    );
}
