//! `lodger completions`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

#[test]
fn every_shell_gets_a_script_that_names_commands_and_options() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let printed = sandbox.run(&["completions", shell]);
        assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{shell}");
        for named in ["lint", "completions", "database-url", "static"] {
            assert!(printed.out.contains(named), "{shell}: {named}");
        }
        let json = sandbox.run(&["completions", shell, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "schema_version": 1, "shell": shell, "script": printed.out })
        );
    }
}

#[test]
fn bash_completes_a_command_with_it() {
    let script = Sandbox::new().run(&["completions", "bash"]).out;
    let asked = "COMP_WORDS=(lodger ser); COMP_CWORD=1; _lodger lodger ser lodger; echo \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash")
        .args(["--norc", "--noprofile", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = bash.stdin.take().unwrap();
    input.write_all((script + asked).as_bytes()).unwrap();
    drop(input);
    let answered = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(answered.stdout).unwrap(), "serve\n");
}

#[test]
fn an_unknown_shell_and_a_broken_configuration() {
    let sandbox = Sandbox::with(&[("lodger.toml", "this is broken")]);
    sandbox
        .run(&["completions", "tcsh"])
        .assert_error(2, "possible values: bash, elvish, fish, powershell, zsh");
    assert_eq!(sandbox.run(&["completions", "fish"]).code, 0);
}
