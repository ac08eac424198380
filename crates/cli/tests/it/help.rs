//! The help texts, and what the command line refuses.

use crate::sandbox::Sandbox;

#[test]
fn every_command_has_help_with_examples() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["--help"]);
    assert_eq!(help.code, 0);
    let commands: Vec<&str> = help
        .out
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // What goes on over the end of a line stands further in.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() >= 2, "{}", help.out);
    for command in commands {
        let help = sandbox.run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(
            help.out.contains("\nExamples:\n"),
            "lodger {command} --help has no examples"
        );
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["frobnicate"])
        .assert_error(2, "unrecognized subcommand 'frobnicate'");
    sandbox
        .run(&["new", "x", "--format", "yaml"])
        .assert_error(2, "possible values: human, json");
    sandbox
        .run(&["new", "x", "-q", "-v"])
        .assert_error(2, "cannot be used with");
    assert_eq!(sandbox.run(&[]).code, 2);
}

#[test]
fn what_is_no_users_id_is_told_what_one_is() {
    let sandbox = Sandbox::new();
    let one = "11111111-1111-4111-8111-111111111111";
    for arguments in [
        &["transfer", "--from", "a", "--to", one][..],
        &["transfer", "--from", one, "--to", "ann@example.test"],
        &["rehearse", "--as", "6f1c…"],
    ] {
        let sentence = "a user's id is a UUID such as 6f1c2b9e-";
        sandbox.run(arguments).assert_error(2, sentence);
    }
}

#[test]
fn the_password_in_the_environment_is_not_shown() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["new", "--help"]);
    let output = command
        .env("DATABASE_URL", "postgres://me:secret@host/db")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("DATABASE_URL"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}
