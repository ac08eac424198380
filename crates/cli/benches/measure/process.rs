//! A `lodger` that keeps running: where it listens, what memory it has, and how it is stopped.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

/// It is stopped with this value.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Starts it and reads where it listens, which is what both `up` and `serve` say first.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let (_, address) = line.split_once("http://").unwrap();
        let address = address.trim().parse().unwrap();
        // what else it says is taken from it, so that it never waits for a reader
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// What it answers to a GET without a token, from the first line on.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The memory that it has now, in MB, where the system tells it.
    pub(crate) fn memory(&self) -> String {
        self.status("VmRSS")
    }

    /// The most memory that it ever had, in MB, where the system tells it.
    pub(crate) fn most_memory(&self) -> String {
        self.status("VmHWM")
    }

    fn status(&self, name: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let words = line.map(|it| it.trim_start_matches(':').split_whitespace());
        let kilobytes = words.and_then(|mut it| it.next()?.parse::<u64>().ok());
        kilobytes.map_or("not told".to_owned(), |it| format!("{} MB", it / 1024))
    }
}

impl Drop for Running {
    /// As somebody would who stops it: it says goodbye to its database.
    fn drop(&mut self) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if !asked.is_ok_and(|it| it.success()) {
            self.child.kill().ok();
        }
        self.child.wait().ok();
    }
}
