//! Recorded terminal stories: every command in them is run again, and has to say what the file says.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::sandbox::Sandbox;
use crate::story;

/// Set to write the files anew: `LODGER_RECORD=1 cargo test -p lodger recorded`.
const RECORD: &str = "LODGER_RECORD";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[tokio::test]
async fn the_story_of_a_first_project() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let sandbox = Sandbox::new();
    replay("docs/story.txt", sandbox.path(), &instance.url());
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn the_story_of_a_collision() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = story::run(&instance, "migrations", &["apply"]);
    assert_eq!(store.code, 0, "{store:?}");
    let folder = root().join("examples/collision");
    replay("examples/collision/story.txt", &folder, &instance.url());
    instance.assert_strangers_untouched().await;
}

/// Runs every command of a story in `folder` and compares what is printed with what is written.
fn replay(story: &str, folder: &Path, url: &str) {
    let path = root().join(story);
    let written = fs::read_to_string(&path).unwrap();
    let mut played = String::new();
    for scene in scenes(&written) {
        played += &scene.told;
        played += &run(&scene.command, folder, url);
        played.push('\n');
    }
    let played = played.trim_end().to_owned() + "\n";
    if env::var_os(RECORD).is_some() {
        fs::write(&path, &played).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == played,
        "{story} says something else than what happens now:\n{played}"
    );
}

/// A command with what stands before it.
#[derive(Default)]
struct Scene {
    /// Remarks and the command as they are written.
    told: String,
    command: String,
}

/// A remark begins with `# `, at the top or after an empty line; a command begins with `$ `, and the lines that it
/// goes on for with `> `. The rest was printed.
fn scenes(story: &str) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = Vec::new();
    let mut remark = String::new();
    let (mut may_remark, mut goes_on) = (true, false);
    for line in story.lines() {
        let more = line.strip_prefix("> ").or((line == ">").then_some(""));
        if let Some(start) = line.strip_prefix("$ ") {
            let told = format!("{}{line}\n", std::mem::take(&mut remark));
            let command = format!("{start}\n");
            scenes.push(Scene { told, command });
            goes_on = true;
        } else if let (true, Some(more), Some(scene)) = (goes_on, more, scenes.last_mut()) {
            scene.told += &format!("{line}\n");
            scene.command += &format!("{more}\n");
        } else {
            goes_on = false;
            if may_remark && line.starts_with("# ") {
                remark += &format!("{line}\n");
                continue;
            }
        }
        may_remark = line.is_empty();
    }
    scenes
}

/// What a shell prints, and the exit code where it is not 0.
fn run(command: &str, folder: &Path, url: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_lodger")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("DATABASE_URL", url)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let mut text: String = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| settled(line.trim_end()) + "\n")
        .collect();
    match output.status.code().unwrap() {
        0 => {}
        code => text += &format!("[exit code {code}]\n"),
    }
    text
}

/// Without what is different each time: times, digests, numbers of transactions, the server's version.
fn settled(line: &str) -> String {
    let server = line
        .split_once("PostgreSQL ")
        .and_then(|(_, rest)| rest.split_once(", fingerprint "))
        .map(|(server, _)| server);
    let line = server.map_or_else(|| line.to_owned(), |it| line.replace(it, "…"));
    let mut last = "";
    let mut words = Vec::new();
    for word in line.split(' ') {
        let bare = word.trim_end_matches([',', '.', ';']);
        let digest = bare.len() >= 12
            && bare.chars().all(|it| it.is_ascii_hexdigit())
            && bare.chars().any(|it| it.is_ascii_lowercase());
        let time = bare.starts_with(|it: char| it.is_ascii_digit())
            && (bare.ends_with('s') || bare.ends_with('Z'));
        let varies = !bare.is_empty() && (digest || time || last == "transaction");
        words.push(if varies {
            word.replace(bare, "…")
        } else {
            word.to_owned()
        });
        last = word;
    }
    // a privilege that PostgreSQL has from version 17 on
    words.join(" ").replace("MAINTAIN, ", "")
}

#[test]
fn a_story_is_taken_apart() {
    let scenes = scenes(
        "# One.\n$ cat > x <<'END'\n> a\n>\n> END\nprinted\n# printed too\n\n# Two.\n$ ls\nx\n$ true\n",
    );
    let commands: Vec<&str> = scenes.iter().map(|it| it.command.as_str()).collect();
    assert_eq!(commands, ["cat > x <<'END'\na\n\nEND\n", "ls\n", "true\n"]);
    assert_eq!(scenes[1].told, "# Two.\n$ ls\n");
}

#[test]
fn the_guide_shows_what_the_story_shows() {
    let story = fs::read_to_string(root().join("docs/story.txt")).unwrap();
    let guide = fs::read_to_string(root().join("docs/guide.md")).unwrap();
    let blocks = guide.split("```").skip(1).step_by(2);
    let shown: Vec<&str> = blocks
        .filter_map(|it| it.strip_prefix("text\n"))
        .flat_map(str::lines)
        .collect();
    assert!(shown.len() > 20, "{shown:?}");
    for line in shown {
        assert!(
            story.lines().any(|it| it == line),
            "docs/story.txt has no line {line:?}"
        );
    }
}
