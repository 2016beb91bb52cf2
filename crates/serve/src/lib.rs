//! One file, answered over HTTP: 200, 206, 304, 412 or 416, and its bytes. Used by the public server, the window's
//! sound and previews alike.
//!
//! [`answer`] is pure: it decides, from what was asked and what there is, status, header fields and the bytes to
//! send (RFC 9110 §13 and §14). [`FileBody`] sends them. Routing, logging, authorisation and HTTP itself are the
//! caller's.

mod answer;
mod body;
mod error;
mod pool;
mod precondition;
mod range;
mod representation;

pub use answer::{Answer, RequestFacts, answer};
pub use body::FileBody;
pub use error::ServeError;
pub use range::{Asked, asked};
pub use representation::Representation;
