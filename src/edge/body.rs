//! Reading what `fetch` brought back: header fields, and a body up to a limit.

use futures::StreamExt;

use crate::http::Headers;

/// Header fields of the runtime's as ours.
pub struct RuntimeHeaders(pub worker::Headers);

impl Headers for RuntimeHeaders {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).ok().flatten()
    }
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// The connection ended before the body did.
    Broken,
    /// There is more of it than was asked for.
    TooLarge,
}

/// Reads a response's body piece by piece, `most` bytes at most. Counted is what arrives, after
/// decompression: neither a false `Content-Length` nor a compressed bomb gets past it.
///
/// # Errors
/// [`Unread`].
pub async fn read(response: &mut worker::Response, most: usize) -> Result<Vec<u8>, Unread> {
    // A response without a body has no stream.
    let Ok(stream) = response.stream() else { return Ok(Vec::new()) };
    collect(stream, most).await
}

/// The same of any stream of the runtime's.
///
/// # Errors
/// [`Unread`].
pub async fn collect(mut stream: worker::ByteStream, most: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Unread::Broken)?;
        if body.len().saturating_add(piece.len()) > most {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
