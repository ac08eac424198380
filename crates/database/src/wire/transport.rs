//! Messages over a stream, and what of them is still under way when somebody stops waiting.

use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::future::poll_fn;
use postgres_protocol::message::backend::{
    self, Header, Message, ParameterDescriptionBody, RowDescriptionBody,
};
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};

use super::error::{Refusal, WireError};
use crate::connect::Stream;

/// A page of a list fits in, and so does what the server sends at once.
const READ_AT_ONCE: usize = 16 * 1024;
/// The tag of a message, and how long the rest of it is.
const HEAD: usize = 5;

/// What the server says in answer; what it says besides is passed over.
pub(super) enum Heard {
    Parameters(ParameterDescriptionBody),
    Columns(RowDescriptionBody),
    NoColumns,
    Row(Bytes),
    Done,
    Refused(Box<Refusal>),
    Ready,
}

/// Where the server's transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Idle,
    Open,
    Failed,
}

/// A stream on which messages go out and answers come in. Whoever stops waiting leaves it as it is; [`Transport::settle`] goes on
/// from there.
pub(super) struct Transport {
    stream: Stream,
    /// What is to be sent.
    pub(super) outgoing: BytesMut,
    is_flushed: bool,
    incoming: BytesMut,
    /// How many times the server has still to say that it is ready.
    awaited: usize,
    standing: Standing,
    lost: Option<String>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("awaited", &self.awaited)
            .field("standing", &self.standing)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// On a stream where the server has said that it is ready.
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            outgoing: BytesMut::new(),
            is_flushed: true,
            incoming: BytesMut::new(),
            awaited: 0,
            standing: Standing::Idle,
            lost: None,
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing
    }

    pub(super) fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// Everything was sent and answered.
    pub(super) fn is_answered(&self) -> bool {
        self.lost.is_none() && self.awaited == 0 && self.outgoing.is_empty()
    }

    /// It can be lent to anybody.
    pub(super) fn is_settled(&self) -> bool {
        self.is_answered() && self.standing == Standing::Idle
    }

    /// Ends what goes out together.
    pub(super) fn sync(&mut self) {
        frontend::sync(&mut self.outgoing);
        self.await_ready();
    }

    /// A statement in a message that the server answers like one with an end.
    pub(super) fn simple(&mut self, sql: &str) -> Result<(), WireError> {
        let composed = frontend::query(sql, &mut self.outgoing);
        composed.map_err(|error| WireError::Unreadable(error.to_string()))?;
        self.await_ready();
        Ok(())
    }

    fn await_ready(&mut self) {
        self.awaited += 1;
        self.is_flushed = false;
    }

    /// What the server says next. What is still to be sent is sent meanwhile.
    pub(super) async fn next(&mut self) -> Result<Heard, WireError> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Reads up to the end of what is under way, and rolls back what is open.
    pub(super) async fn settle(&mut self) -> Result<(), WireError> {
        self.drain().await?;
        if self.standing != Standing::Idle {
            self.simple("rollback")?;
            self.drain().await?;
        }
        Ok(())
    }

    async fn drain(&mut self) -> Result<(), WireError> {
        while self.awaited > 0 {
            self.next().await?;
        }
        Ok(())
    }

    /// Whether the server has hung up, or said something that nobody asked for. Waits for nothing.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.poll_next(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Heard, WireError>> {
        if let Some(reason) = &self.lost {
            return Poll::Ready(Err(WireError::Lost(reason.clone())));
        }
        let heard = ready!(self.poll_heard(context));
        Poll::Ready(heard.map_err(|error| {
            let reason = format!("error communicating with the server: {error}");
            self.lost = Some(reason.clone());
            WireError::Lost(reason)
        }))
    }

    fn poll_heard(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Heard>> {
        loop {
            if let Some(heard) = self.parse()? {
                return Poll::Ready(Ok(heard));
            }
            // a server that waits for us to read does not read either: neither waits for the other to end
            let sent = self.poll_send(context);
            let read = {
                self.incoming.reserve(READ_AT_ONCE);
                let reading = pin!(self.stream.read_buf(&mut self.incoming));
                reading.poll(context)
            };
            match ready!(read) {
                Ok(0) => return Poll::Ready(Err(closed())),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
            // what the server said before it hung up is worth more than that it did
            if let Poll::Ready(Err(error)) = sent {
                return match self.parse()? {
                    Some(heard) => Poll::Ready(Ok(heard)),
                    None => Poll::Ready(Err(error)),
                };
            }
        }
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &self.outgoing))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.advance(sent);
        }
        if !self.is_flushed {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            self.is_flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    /// The next answer that has come in whole.
    fn parse(&mut self) -> io::Result<Option<Heard>> {
        loop {
            let Some(header) = Header::parse(&self.incoming)? else {
                return Ok(None);
            };
            let length = usize::try_from(header.len()).map_err(io::Error::other)? + 1;
            if let Some(missing) = length.checked_sub(self.incoming.len()).filter(|it| *it > 0) {
                self.incoming.reserve(missing);
                return Ok(None);
            }
            match header.tag() {
                backend::DATA_ROW_TAG => {
                    let mut row = self.incoming.split_to(length).freeze();
                    row.advance(HEAD);
                    return Ok(Some(Heard::Row(row)));
                }
                backend::COMMAND_COMPLETE_TAG | backend::EMPTY_QUERY_RESPONSE_TAG => {
                    self.incoming.advance(length);
                    return Ok(Some(Heard::Done));
                }
                backend::PARSE_COMPLETE_TAG
                | backend::BIND_COMPLETE_TAG
                | backend::CLOSE_COMPLETE_TAG
                | backend::NOTICE_RESPONSE_TAG
                | backend::NOTIFICATION_RESPONSE_TAG
                | backend::PARAMETER_STATUS_TAG => self.incoming.advance(length),
                _ => return self.parse_rare(),
            }
        }
    }

    fn parse_rare(&mut self) -> io::Result<Option<Heard>> {
        let heard = match Message::parse(&mut self.incoming)? {
            Some(Message::ParameterDescription(body)) => Heard::Parameters(body),
            Some(Message::RowDescription(body)) => Heard::Columns(body),
            Some(Message::NoData) => Heard::NoColumns,
            Some(Message::ErrorResponse(body)) => Heard::Refused(Box::new(Refusal::read(&body)?)),
            Some(Message::ReadyForQuery(body)) => {
                self.standing = match body.status() {
                    b'I' => Standing::Idle,
                    b'T' => Standing::Open,
                    _ => Standing::Failed,
                };
                let awaited = self.awaited.checked_sub(1);
                self.awaited = awaited.ok_or_else(unexpected)?;
                Heard::Ready
            }
            None => return Ok(None),
            Some(_) => return Err(unexpected()),
        };
        Ok(Some(heard))
    }
}

impl Drop for Transport {
    /// Says good-bye where that needs no waiting; a server that does not hear it sees that the stream ends.
    fn drop(&mut self) {
        if self.is_answered() {
            frontend::terminate(&mut self.outgoing);
            self.is_flushed = false;
            let said = self.poll_send(&mut Context::from_waker(Waker::noop()));
            drop(said);
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "connection closed")
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "unexpected message")
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;
    use crate::connect::unencrypted;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[tag][..], &length, body].concat()
    }

    fn pair(room: usize) -> (Transport, DuplexStream) {
        let (ours, servers) = duplex(room);
        (Transport::new(unencrypted(ours)), servers)
    }

    async fn heard(transport: &mut Transport) -> String {
        match transport.next().await {
            Ok(Heard::Row(values)) => format!("row {values:?}"),
            Ok(Heard::Refused(said)) => said.to_string(),
            Ok(Heard::Done) => "done".to_owned(),
            Ok(Heard::Ready) => format!("{:?}", transport.standing()),
            Ok(_) => "something else".to_owned(),
            Err(error) => format!("lost: {error}"),
        }
    }

    #[tokio::test]
    async fn answers_may_come_in_pieces_and_with_other_things_between() {
        let (mut transport, mut server) = pair(1);
        transport.simple("select").unwrap();
        let answer = [
            message(b'S', b"TimeZone\0UTC\0"),
            message(b'N', b"SNOTICE\0\0"),
            message(b'D', b"\0\0"),
            message(b'A', b"\0\0\0\0c\0p\0"),
            message(b'C', b"SELECT 1\0"),
            message(b'I', b""),
            message(b'Z', b"T"),
        ]
        .concat();
        let served = tokio::spawn(async move {
            let mut asked = [0; 12];
            server.read_exact(&mut asked).await.unwrap();
            for byte in answer {
                server.write_all(&[byte]).await.unwrap();
            }
            (asked, server)
        });
        for expected in ["row b\"\\0\\0\"", "done", "done", "Open"] {
            assert_eq!(heard(&mut transport).await, expected);
        }
        assert!(transport.is_answered() && !transport.is_settled());
        let (asked, _server) = served.await.unwrap();
        assert_eq!(asked.as_slice(), message(b'Q', b"select\0"));
    }

    #[tokio::test]
    async fn what_the_server_says_before_it_hangs_up_is_heard() {
        let (mut transport, mut server) = pair(1024);
        transport.simple("select").unwrap();
        let refusal = message(b'E', b"SFATAL\0C57P01\0Mgoing down\0\0");
        server.write_all(&refusal).await.unwrap();
        drop(server);
        assert_eq!(heard(&mut transport).await, "FATAL: going down");
        let closed = "lost: error communicating with the server: connection closed";
        assert_eq!(heard(&mut transport).await, closed);
        assert_eq!(heard(&mut transport).await, closed, "and stays so");
        assert!(!transport.is_answered() && transport.lost().is_some());
        assert!(transport.settle().await.is_err());
    }

    #[tokio::test]
    async fn what_cannot_be_an_answer_ends_the_connection() {
        for (what, bytes) in [
            ("no such message", message(b'x', b"")),
            ("a length that is none", b"D\0\0\0\x03".to_vec()),
            ("a length below zero", b"D\xff\xff\xff\xff".to_vec()),
            ("a message with too much in it", message(b'Z', b"II")),
            ("a message with too little in it", message(b'Z', b"")),
            ("a copy that nobody asked for", message(b'G', b"\0\0\0")),
            ("half a message", b"D\0\0\0\x09\0".to_vec()),
            (
                "two ends",
                [message(b'Z', b"I"), message(b'Z', b"I")].concat(),
            ),
        ] {
            let (mut transport, mut server) = pair(1024);
            transport.simple("").unwrap();
            server.write_all(&bytes).await.unwrap();
            drop(server);
            let first = heard(&mut transport).await;
            if what == "two ends" {
                assert_eq!(first, "Idle");
                assert!(!transport.is_quiet());
            } else {
                assert!(first.starts_with("lost: "), "{what}: {first}");
            }
            assert!(!transport.is_settled(), "{what}");
        }
    }

    #[tokio::test]
    async fn a_connection_at_rest_is_quiet_until_it_is_closed() {
        let (mut transport, mut server) = pair(1024);
        assert!(transport.is_quiet());
        let notice = message(b'N', b"SNOTICE\0\0");
        server.write_all(&notice).await.unwrap();
        assert!(transport.is_quiet() && transport.is_settled());
        drop(server);
        assert!(!transport.is_quiet() && !transport.is_settled());
    }

    #[tokio::test]
    async fn good_bye_is_said_at_rest_only() {
        let (transport, mut server) = pair(1024);
        drop(transport);
        let mut said = Vec::new();
        server.read_to_end(&mut said).await.unwrap();
        assert_eq!(said, message(b'X', b""));
        let (mut transport, mut server) = pair(1024);
        transport.sync();
        drop(transport);
        said.clear();
        server.read_to_end(&mut said).await.unwrap();
        assert!(said.is_empty());
    }
}
