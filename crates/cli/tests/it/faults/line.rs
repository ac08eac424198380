//! The line between Lodger and its server: it counts what is asked, and holds one message until something has
//! happened to one of the two.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// A server takes this long, at most, for what arrives last before something happens to it.
const NOBODY_LEARNS: Duration = Duration::from_millis(20);

/// Which message is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The one with this number.
    Message(usize),
    /// The one with this number among those at the edge of a step.
    Edge(usize),
}

/// Which side of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The server does not get it.
    Before,
    /// The server gets it, and Lodger does not hear what came of it.
    After,
}

/// What went over a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Traffic {
    /// Pieces that Lodger sent: with this driver one for each request.
    pub(super) messages: usize,
    /// Those among them that end a transaction, or take effect without one.
    pub(super) edges: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// No answer passes; the server is given a moment for what it was asked last.
    Muted,
    /// No answer passes, and no question any more.
    Held,
    /// What was held passes, and so does everything after it.
    Released,
}

struct State {
    traffic: Traffic,
    hold: Option<(Hold, Side)>,
    phase: Phase,
    ends: Vec<(TcpStream, UnixStream)>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// A line to the unix socket of a server. Each run has a new one.
pub(super) struct Line {
    port: u16,
    shared: Arc<Shared>,
}

impl Line {
    /// A line to the server with this socket, on which this message is held.
    pub(super) fn to(socket: PathBuf, hold: Option<(Hold, Side)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                traffic: Traffic::default(),
                hold,
                phase: Phase::Open,
                ends: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        let all = Arc::clone(&shared);
        // It ends with the test: nobody connects any more.
        std::thread::spawn(move || {
            for lodger in listener.incoming().map_while(Result::ok) {
                // A server that is down refuses; so does this.
                if let Ok(server) = UnixStream::connect(&socket) {
                    all.join(lodger, server);
                }
            }
        });
        Self { port, shared }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Is the message held by now?
    pub(super) fn holds(&self) -> bool {
        self.shared.lock().phase == Phase::Held
    }

    /// Lets everything pass from now on.
    pub(super) fn release(&self) {
        self.shared.lock().phase = Phase::Released;
        self.shared.changed.notify_all();
    }

    /// Cuts every connection, at both ends.
    pub(super) fn cut(&self) {
        for (lodger, server) in self.shared.lock().ends.drain(..) {
            lodger.shutdown(Shutdown::Both).ok();
            server.shutdown(Shutdown::Both).ok();
        }
    }

    pub(super) fn traffic(&self) -> Traffic {
        self.shared.lock().traffic
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn join(self: &Arc<Self>, lodger: TcpStream, server: UnixStream) {
        lodger.set_nodelay(true).unwrap();
        let (asked, answers) = (lodger.try_clone().unwrap(), server.try_clone().unwrap());
        let ends = (lodger.try_clone().unwrap(), server.try_clone().unwrap());
        self.lock().ends.push(ends);
        let there = Arc::clone(self);
        std::thread::spawn(move || {
            there.carry_questions(asked, &server);
            server.shutdown(Shutdown::Both).ok();
        });
        let back = Arc::clone(self);
        std::thread::spawn(move || {
            back.carry_answers(answers, &lodger);
            lodger.shutdown(Shutdown::Both).ok();
        });
    }

    fn carry_questions(&self, mut from: TcpStream, mut to: &UnixStream) {
        let mut buffer = vec![0; 1 << 20];
        while let Some(piece) = read(&mut from, &mut buffer) {
            let side = self.count(piece);
            if side == Some(Side::Before) {
                self.hold();
            }
            if to.write_all(piece).is_err() {
                return;
            }
            if side == Some(Side::After) {
                std::thread::sleep(NOBODY_LEARNS);
                self.hold();
            }
        }
    }

    fn carry_answers(&self, mut from: UnixStream, mut to: &TcpStream) {
        let mut buffer = vec![0; 1 << 20];
        while let Some(piece) = read(&mut from, &mut buffer) {
            self.wait();
            if to.write_all(piece).is_err() {
                return;
            }
        }
    }

    /// Counts what Lodger sends. Tells the side if this is what is to be held.
    fn count(&self, piece: &[u8]) -> Option<Side> {
        let mut state = self.lock();
        let edge = is_edge(piece);
        state.traffic.messages += 1;
        state.traffic.edges += usize::from(edge);
        let (hold, side) = state.hold?;
        let is_it = match hold {
            Hold::Message(number) => state.traffic.messages == number,
            Hold::Edge(number) => edge && state.traffic.edges == number,
        };
        if !is_it || state.phase != Phase::Open {
            return None;
        }
        if side == Side::After {
            state.phase = Phase::Muted;
        }
        Some(side)
    }

    fn hold(&self) {
        let mut state = self.lock();
        if state.phase != Phase::Released {
            state.phase = Phase::Held;
        }
        drop(state);
        self.wait();
    }

    fn wait(&self) {
        let mut state = self.lock();
        while matches!(state.phase, Phase::Muted | Phase::Held) {
            state = self.changed.wait(state).unwrap();
        }
    }
}

/// What was read; nothing at the end, or when the connection is cut.
fn read<'a>(from: &mut impl Read, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = from.read(buffer).unwrap_or_default();
    (length > 0).then(|| &buffer[..length])
}

/// A COMMIT, or a statement that takes effect without one.
fn is_edge(piece: &[u8]) -> bool {
    let text = String::from_utf8_lossy(piece).to_lowercase();
    text.contains("commit\0") || text.contains("index concurrently")
}
