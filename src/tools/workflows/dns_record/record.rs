//! One DNS record, and the set of records of one kind that a name has. mittwald writes sets only, and
//! spells names as it likes: everything is compared in one spelling here.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value, json};

/// Kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    A,
    Aaaa,
    Cname,
    Mx,
    Txt,
    Srv,
    Caa,
}

use Kind::{A, Aaaa, Caa, Cname, Mx, Srv, Txt};

impl Kind {
    const ALL: [(&'static str, Self); 7] = [
        ("A", A),
        ("AAAA", Aaaa),
        ("CNAME", Cname),
        ("MX", Mx),
        ("TXT", Txt),
        ("SRV", Srv),
        ("CAA", Caa),
    ];

    /// By its name in a zone file.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    }

    /// Its name in a zone file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Its set in the API's paths. A and AAAA share one.
    pub const fn set(self) -> &'static str {
        match self {
            A | Aaaa => "a",
            Cname => "cname",
            Mx => "mx",
            Txt => "txt",
            Srv => "srv",
            Caa => "caa",
        }
    }

    /// Its set in a zone.
    const fn key(self) -> &'static str {
        match self {
            A | Aaaa => "combinedARecords",
            other => other.set(),
        }
    }

    /// Most records of the kind that the API takes for one name.
    const fn most(self) -> usize {
        match self {
            A | Aaaa | Mx => 10,
            Cname => 1,
            Txt => 20,
            Srv | Caa => usize::MAX,
        }
    }
}

/// One record. What its kind does not have is `None`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub kind: Kind,
    /// Address, name or text.
    pub value: String,
    pub priority: Option<i64>,
    pub weight: Option<i64>,
    pub port: Option<i64>,
    pub flags: Option<i64>,
    pub tag: Option<String>,
}

impl Record {
    /// A record of this value, if the value fits the kind; else what would.
    pub fn new(kind: Kind, value: &str) -> Result<Self, &'static str> {
        let value = match kind {
            A => value.trim().parse::<Ipv4Addr>().map(|ip| ip.to_string()).ok(),
            Aaaa => value.trim().parse::<Ipv6Addr>().map(|ip| ip.to_string()).ok(),
            Cname | Mx | Srv => host_name(value),
            Txt => {
                let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let text = inner.unwrap_or(value);
                (!text.is_empty() && text.chars().count() <= 2_048).then(|| text.to_owned())
            }
            Caa => Some(value.trim().trim_matches('"').to_owned()).filter(|text| !text.is_empty()),
        };
        let value = value.ok_or(match kind {
            A => "an IPv4 address such as 192.0.2.80",
            Aaaa => "an IPv6 address such as 2001:db8::80",
            Cname | Mx | Srv => {
                "the name of a server such as mx.example.com, no address and no URL"
            }
            Txt => "a text of 1 to 2048 characters",
            Caa => "an authority such as letsencrypt.org",
        })?;
        let none = None;
        Ok(Self { kind, value, priority: none, weight: none, port: none, flags: none, tag: None })
    }

    fn stored(kind: Kind, value: &str, row: &Value) -> Self {
        let spelled = Self::new(kind, value).map(|record| record.value);
        let number = |name: &str| row.get(name).and_then(Value::as_i64);
        Self {
            kind,
            value: spelled.unwrap_or_else(|_| value.to_owned()),
            priority: number("priority"),
            weight: number("weight"),
            port: number("port"),
            flags: number("flags"),
            tag: row.get("tag").and_then(Value::as_str).map(str::to_owned),
        }
    }

    /// Whether another record is meant by this one: what this one leaves open may be anything.
    pub fn means(&self, other: &Self) -> bool {
        fn open_or<T: PartialEq>(ours: Option<&T>, theirs: Option<&T>) -> bool {
            ours.is_none() || ours == theirs
        }
        self.kind == other.kind
            && self.value == other.value
            && open_or(self.priority.as_ref(), other.priority.as_ref())
            && open_or(self.weight.as_ref(), other.weight.as_ref())
            && open_or(self.port.as_ref(), other.port.as_ref())
            && open_or(self.flags.as_ref(), other.flags.as_ref())
            && open_or(self.tag.as_ref(), other.tag.as_ref())
    }

    /// As in a zone file, without the name.
    pub fn text(&self) -> String {
        let numbers = [self.priority, self.weight, self.port, self.flags];
        let mut parts = vec![self.kind.name().to_owned()];
        parts.extend(numbers.into_iter().flatten().map(|number| number.to_string()));
        parts.extend(self.tag.clone());
        parts.push(self.value.clone());
        parts.join(" ")
    }

    /// As an element of a set's `records`.
    fn row(&self) -> Value {
        let mut row = Map::new();
        let value = if self.kind == Caa { "value" } else { "fqdn" };
        row.insert(value.into(), self.value.as_str().into());
        for (name, number) in [
            ("priority", self.priority),
            ("weight", self.weight),
            ("port", self.port),
            ("flags", self.flags),
        ] {
            row.extend(number.map(|number| (name.to_owned(), number.into())));
        }
        row.extend(self.tag.as_ref().map(|tag| ("tag".to_owned(), tag.as_str().into())));
        Value::Object(row)
    }
}

/// A set of records, in one order and spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    kind: Kind,
    /// Whether mittwald sets the records itself.
    pub managed: bool,
    pub records: Vec<Record>,
    /// The TTL, as the API has it.
    settings: Value,
}

impl Set {
    /// The set of a kind in a zone's `recordSet`.
    pub fn of(kind: Kind, record_set: &Value) -> Self {
        let set = record_set.get(kind.key()).unwrap_or(&Value::Null);
        let list =
            |name: &str| set.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let texts = |name: &str, kind: Kind| -> Vec<Record> {
            let texts = list(name);
            let texts = texts.iter().filter_map(Value::as_str);
            texts.map(|text| Record::stored(kind, text, &Value::Null)).collect()
        };
        let rows = |value: &str| -> Vec<Record> {
            let rows = list("records");
            let row = |row: &Value| Some(Record::stored(kind, row.get(value)?.as_str()?, row));
            rows.iter().filter_map(row).collect()
        };
        let mut records = match kind {
            A | Aaaa => [texts("a", A), texts("aaaa", Aaaa)].concat(),
            Cname => {
                let name = set.get("fqdn").and_then(Value::as_str);
                name.map(|name| Record::stored(Cname, name, &Value::Null)).into_iter().collect()
            }
            Txt => texts("entries", Txt),
            Mx | Srv => rows("fqdn"),
            Caa => rows("value"),
        };
        records.sort();
        let managed = set.get("managedBy").is_some()
            || set.get("managed").and_then(Value::as_bool).unwrap_or_default();
        let automatic = json!({ "ttl": { "auto": true } });
        let settings = set.get("settings").filter(|settings| settings.get("ttl").is_some());
        Self { kind, managed, records, settings: settings.cloned().unwrap_or(automatic) }
    }

    /// The set with one record more; else how many it may have at most.
    pub fn with(&self, record: Record) -> Result<Self, usize> {
        let most = record.kind.most();
        if self.records.iter().filter(|one| one.kind == record.kind).count() >= most {
            return Err(most);
        }
        let mut more = self.clone();
        more.records.push(record);
        more.records.sort();
        Ok(more)
    }

    /// The set without a record.
    pub fn without(&self, record: &Record) -> Self {
        let mut less = self.clone();
        less.records.retain(|one| one != record);
        less
    }

    /// Whether both have the same records; the TTL of none means nothing.
    pub fn same(&self, other: &Self) -> bool {
        self.managed == other.managed
            && self.records == other.records
            && (self.records.is_empty() || self.settings == other.settings)
    }

    /// The body that writes it.
    pub fn body(&self) -> Value {
        let of = |kind: Kind| -> Vec<&str> {
            let records = self.records.iter().filter(|record| record.kind == kind);
            records.map(|record| record.value.as_str()).collect()
        };
        let settings = &self.settings;
        let Some(first) = self.records.first() else { return json!({}) };
        match self.kind {
            A | Aaaa => json!({ "a": of(A), "aaaa": of(Aaaa), "settings": settings }),
            Cname => json!({ "fqdn": first.value, "settings": settings }),
            Txt => json!({ "entries": of(Txt), "settings": settings }),
            Mx | Srv | Caa => {
                let rows: Vec<Value> = self.records.iter().map(Record::row).collect();
                json!({ "records": rows, "settings": settings })
            }
        }
    }

    /// Its records for a reader.
    pub fn texts(&self) -> Vec<String> {
        if self.managed {
            return vec!["managed by mittwald".into()];
        }
        self.records.iter().map(Record::text).collect()
    }
}

/// A name in its one spelling: lower case, no dot at the end. `None` for what is no name.
pub fn host_name(text: &str) -> Option<String> {
    let name = text.trim().trim_end_matches('.').to_lowercase();
    let foreign = |c: char| c.is_whitespace() || c.is_control() || "/:@\"?#".contains(c);
    let numeric = name.parse::<Ipv4Addr>().is_ok();
    let fits = !name.is_empty() && name.len() <= 253 && name.contains('.') && !numeric;
    (fits && !name.split('.').any(str::is_empty) && !name.contains(foreign)).then_some(name)
}
