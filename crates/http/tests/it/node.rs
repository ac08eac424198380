//! Tests that are programs of Node: they drive the server as clients do that are not ours.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
use tokio::process::Command;

/// An address that nothing listens at. A sign-in names its own, so it has to be known before the server is.
pub(crate) async fn free_address() -> SocketAddr {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    free.local_addr().unwrap()
}

/// The folder of such a test, with its packages installed as the lock file says. Tests run at the same time, so one installs
/// while the others wait.
pub(crate) async fn installed(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.lock"));
    let lock = File::create(lock).unwrap();
    let taking = tokio::task::spawn_blocking(move || {
        lock.lock().unwrap();
        lock
    });
    let _lock = taking.await.unwrap();
    let wanted = std::fs::read_to_string(folder.join("package-lock.json")).unwrap();
    let done = folder.join("node_modules/.installed");
    if std::fs::read_to_string(&done).is_ok_and(|it| it == wanted) {
        return folder;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run(npm.current_dir(&folder)).await;
    std::fs::write(done, wanted).unwrap();
    folder
}

/// Runs it to its end, which has to be a good one.
pub(crate) async fn run(command: &mut Command) {
    let output = command.kill_on_drop(true).output().await;
    let output = output.expect("node and npm are installed; `cargo xtask test` sees to it");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
