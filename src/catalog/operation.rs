//! What is sent to the API: by a tool that is one request, and by a job.

/// HTTP method of an API operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Safe read.
    Get,
    /// Create or act.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Delete.
    Delete,
}

/// An API operation and how the request line is made.
#[derive(Debug)]
pub struct Operation {
    /// HTTP method.
    pub verb: Verb,
    /// Path template, `/v2/projects/{projectId}`: the operation's name in the API's own document.
    pub template: &'static str,
    /// The template in pieces, in order.
    pub path: &'static [PathPart],
    /// Query parameters sent with every call, already in wire form (`name`, `value`).
    pub fixed_query: &'static [(&'static str, &'static str)],
    /// Values sent in every body: path of object keys, JSON text. `{}` stands for an object that the
    /// API requires; what arguments put into it counts as well.
    pub fixed_body: &'static [(&'static [&'static str], &'static str)],
    /// Body values that repeat an argument: path of object keys, name of the argument.
    pub repeated: &'static [(&'static [&'static str], &'static str)],
    /// Places in the body for a random password that nobody is told: path of object keys.
    pub generated: &'static [&'static [&'static str]],
    /// Whether a JSON body is sent.
    pub body: bool,
}

/// A tool that is more than one request: [`crate::tools::workflows`] runs it.
#[derive(Debug)]
pub struct Job {
    /// Its name.
    pub name: &'static str,
    /// Every operation that it may send.
    pub uses: &'static [Use],
}

/// An operation that a job may send.
#[derive(Debug)]
pub struct Use {
    /// HTTP method.
    pub verb: Verb,
    /// Path template, `/v2/projects/{projectId}`: the name by which the job asks for it.
    pub template: &'static str,
    /// The template in pieces; the parameters have the API's names.
    pub path: &'static [PathPart],
    /// Whether it changes something.
    pub writes: bool,
}

/// A piece of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPart {
    /// Text copied as it stands.
    Literal(&'static str),
    /// The value of the argument with this name, percent-encoded.
    Arg(&'static str),
}
