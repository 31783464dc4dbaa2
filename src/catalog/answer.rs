//! How an answer of the API becomes a tool's: which fields of it, under which names.

/// How the API's answer becomes `structuredContent` (always an object).
#[derive(Debug)]
pub enum Answer {
    /// The API answers an object: these fields of it.
    Object(&'static [Field]),
    /// The API answers an array: `{<key>: [rows], total, page, limit}`.
    List {
        /// Name of the array in our answer, for example `projects`.
        key: &'static str,
        /// Fields of each row.
        fields: &'static [Field],
        /// Whether the API pages (`X-Pagination-*` headers) or sends everything at once.
        paged: bool,
    },
    /// The API answers an array of texts, numbers or booleans: `{<key>: [values], total, page, limit}`.
    Values {
        /// Name of the array in our answer.
        key: &'static str,
        /// Whether the API pages.
        paged: bool,
    },
    /// The API answers a text: `{<key>: text}`, cut like everything else.
    Text {
        /// Name of the text in our answer.
        key: &'static str,
        /// Media type to accept. `application/json`: the body is a JSON string; else it is the text
        /// itself, and refused where it is not UTF-8.
        media_type: &'static str,
    },
    /// The API answers nothing (204), or nothing that may be shown: `{"done": true}` and the ids the call named.
    Done,
    /// The job writes it.
    Own,
}

/// One field of a projection.
#[derive(Debug)]
pub struct Field {
    /// Name in our answer.
    pub name: &'static str,
    /// Where the value comes from.
    pub source: Source,
}

/// Where a projected field's value comes from. Null and missing values are left out.
#[derive(Debug)]
pub enum Source {
    /// The value at this path of object keys, copied whole.
    Copy(&'static [&'static str]),
    /// The object at this path, projected in turn.
    Object(&'static [&'static str], &'static [Field]),
    /// The array of objects at this path, each projected in turn.
    Rows(&'static [&'static str], &'static [Field]),
    /// A constant JSON text.
    Constant(&'static str),
}
