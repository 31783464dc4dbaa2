//! Adds or removes one DNS record of a name. mittwald only takes the whole set of records of a kind, so
//! the set is read, changed in one place and written back.
//!
//! The API has no conditional write. What can be done against overwriting a colleague's change is done:
//! the set is read again right before the write, and nothing is written if it is another one than
//! before; it is read once more afterwards, and whatever stands there then is told.

mod record;

use serde::Deserialize;
use serde_json::{Value, json};

use self::record::{Kind, Record, Set, host_name};
use super::{Job, Stop};
use crate::catalog::Verb;

const ZONES: &str = "/v2/projects/{projectId}/dns-zones";
const ZONE: &str = "/v2/dns-zones/{dnsZoneId}";
const NEW_ZONE: &str = "/v2/dns-zones";
const RECORDS: &str = "/v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}";

/// Most names of zones in a sentence.
const NAMED: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    id: String,
    domain: String,
    record_set: Value,
}

#[derive(Deserialize)]
struct NewZone {
    id: String,
}

/// What a call names.
struct Wanted {
    /// The name that has the record.
    name: String,
    kind: Kind,
    record: Record,
}

/// The records of one kind that a name has.
struct Place {
    zone: String,
    before: Set,
    /// Whether the zone was made by this call.
    new: bool,
}

/// Adds a record; one that is there already stays as it is.
pub async fn add(job: &Job<'_>) -> Result<Value, Stop> {
    job.plan(&[
        "find or create the zone of the name",
        "write the records",
        "make sure that nobody else changed them at the same moment",
    ]);
    let mut wanted = wanted(job)?;
    let record = &mut wanted.record;
    match wanted.kind {
        Kind::Mx => record.priority = record.priority.or(Some(10)),
        Kind::Srv if record.port.is_none() => {
            return Err(job.refuse("bad_record", "An SRV record needs a port, such as 5061."));
        }
        Kind::Srv => {
            record.priority = record.priority.or(Some(0));
            record.weight = record.weight.or(Some(0));
        }
        Kind::Caa => {
            record.flags = record.flags.or(Some(0));
            record.tag.get_or_insert_with(|| "issue".into());
        }
        Kind::A | Kind::Aaaa | Kind::Cname | Kind::Txt => {}
    }
    job.step();
    let place = place(job, &wanted, true).await?;
    if place.before.records.contains(&wanted.record) {
        return Ok(answer(&wanted, &place, &place.before, false));
    }
    refuse_managed(job, &wanted, &place.before)?;
    let after = place.before.with(wanted.record.clone()).map_err(|most| {
        let (name, kind, there) = (&wanted.name, wanted.kind.name(), place.before.texts());
        let told = format!(
            "{name} has {} {kind} records already, and cannot have more than {most}: {}. Remove one first.",
            there.len(),
            there.join("; "),
        );
        job.refuse("too_many_records", told)
    })?;
    replace(job, &wanted, &place, &after).await
}

/// Removes a record, after the person agreed.
pub async fn remove(job: &Job<'_>) -> Result<Value, Stop> {
    job.plan(&[
        "find the record",
        "write the records without it",
        "make sure that nobody else changed them at the same moment",
    ]);
    let wanted = wanted(job)?;
    job.step();
    let place = place(job, &wanted, false).await?;
    refuse_managed(job, &wanted, &place.before)?;
    let meant: Vec<&Record> =
        place.before.records.iter().filter(|one| wanted.record.means(one)).collect();
    let (name, kind) = (&wanted.name, wanted.kind.name());
    let record = match meant.as_slice() {
        [record] => *record,
        [] => {
            let there = match place.before.texts() {
                none if none.is_empty() => format!("It has no {kind} records."),
                there => format!("There are: {}.", there.join("; ")),
            };
            let told = format!("{name} has no such {kind} record. {there} Nothing was changed.");
            return Err(job.refuse("no_such_record", told));
        }
        several => {
            let texts: Vec<String> = several.iter().map(|record| record.text()).collect();
            let told = format!(
                "{name} has several such {kind} records: {}. Say which one, with its numbers.",
                texts.join("; ")
            );
            return Err(job.refuse("several_such_records", told));
        }
    };
    let after = place.before.without(record);
    let planned = json!({
        "name": name, "removed": record.text(), "before": place.before.texts(), "after": after.texts(),
    });
    job.confirm(Some(planned)).await?;
    replace(job, &wanted, &place, &after).await
}

fn wanted(job: &Job<'_>) -> Result<Wanted, Stop> {
    let text = |name: &str| job.text(name).unwrap_or_default().into_owned();
    let (name, kind, value) = (text("name"), text("type"), text("value"));
    let Some(name) = host_name(&name) else {
        let told = "name: give the whole name that has the record, such as www.example.com, without \
                    https:// and without a path.";
        return Err(job.refuse("bad_name", told));
    };
    let Some(kind) = Kind::parse(&kind) else {
        let told = "type: give one of A, AAAA, CNAME, MX, TXT, SRV, CAA.";
        return Err(job.refuse("bad_record", told));
    };
    let mut record = Record::new(kind, &value).map_err(|fits| {
        job.refuse("bad_record", format!("value: the value of {} is {fits}.", with_article(kind)))
    })?;
    let mut unfit = Vec::new();
    for (name, kinds, slot) in [
        ("priority", &[Kind::Mx, Kind::Srv][..], &mut record.priority),
        ("weight", &[Kind::Srv], &mut record.weight),
        ("port", &[Kind::Srv], &mut record.port),
        ("flags", &[Kind::Caa], &mut record.flags),
    ] {
        *slot = job.integer(name);
        if slot.is_some() && !kinds.contains(&kind) {
            unfit.push(name);
        }
    }
    record.tag = job.text("tag").map(|tag| tag.into_owned());
    if record.tag.is_some() && kind != Kind::Caa {
        unfit.push("tag");
    }
    if !unfit.is_empty() {
        let told = format!("{} has no {}; leave it out.", with_article(kind), unfit.join(", "));
        return Err(job.refuse("bad_record", told));
    }
    Ok(Wanted { name, kind, record })
}

fn with_article(kind: Kind) -> String {
    let article = if matches!(kind, Kind::Cname | Kind::Txt | Kind::Caa) { "a" } else { "an" };
    format!("{article} {} record", kind.name())
}

/// Finds the zone of the name, which is its own; creates it below that of its domain.
async fn place(job: &Job<'_>, wanted: &Wanted, create: bool) -> Result<Place, Stop> {
    let project = job.text("projectId").unwrap_or_default();
    let zones: Vec<Zone> = job.get(ZONES, &[("projectId", &project)], &[]).await?;
    let spelled = |zone: &Zone| host_name(&zone.domain).unwrap_or_default();
    if let Some(zone) = zones.iter().find(|zone| spelled(zone) == wanted.name) {
        let before = Set::of(wanted.kind, &zone.record_set);
        return Ok(Place { zone: zone.id.clone(), before, new: false });
    }
    let above = zones.iter().filter_map(|zone| {
        let rest = wanted.name.strip_suffix(&spelled(zone))?.strip_suffix('.')?;
        Some((zone, rest))
    });
    // The zone of the domain itself has the shortest name.
    let above = above.min_by_key(|(zone, _)| zone.domain.len());
    let Some((parent, name)) = above else {
        let known: Vec<String> = zones.iter().map(spelled).take(NAMED).collect();
        let known = match known.is_empty() {
            true => "This project has none.".to_owned(),
            false => format!("This project has: {}.", known.join(", ")),
        };
        let told = format!(
            "{} lies in no DNS zone of this project. {known} Records of a domain whose DNS is elsewhere are \
             changed there.",
            wanted.name
        );
        return Err(job.refuse("no_such_zone", told));
    };
    if !create {
        let told = format!("{} has no DNS records. Nothing was changed.", wanted.name);
        return Err(job.refuse("no_such_record", told));
    }
    let body = json!({ "parentZoneId": parent.id, "name": name });
    let NewZone { id } = job.send(Verb::Post, NEW_ZONE, &[], Some(&body)).await?;
    job.made("DNS zone", &id, Some("mittwald_dns_zone_delete"));
    job.go_on("call this tool again with the same arguments; the zone is found then.");
    let Some(before) = job.wait(async || Ok(Some(read(job, wanted, &id).await?))).await? else {
        return Err(job.refuse("zone_not_there", "The new DNS zone cannot be read yet."));
    };
    Ok(Place { zone: id, before, new: true })
}

async fn read(job: &Job<'_>, wanted: &Wanted, zone: &str) -> Result<Set, Stop> {
    let zone: Zone = job.get(ZONE, &[("dnsZoneId", zone)], &[]).await?;
    Ok(Set::of(wanted.kind, &zone.record_set))
}

/// What mittwald manages is one whole: an own record beside it would replace all of it.
fn refuse_managed(job: &Job<'_>, wanted: &Wanted, set: &Set) -> Result<(), Stop> {
    if !set.managed {
        return Ok(());
    }
    let (kinds, tool) = match wanted.kind {
        Kind::Mx => ("MX", "mittwald_dns_mx_set"),
        _ => ("A and AAAA", "mittwald_dns_a_set"),
    };
    let name = &wanted.name;
    Err(job.refuse(
        "managed_records",
        format!(
            "mittwald manages the {kinds} records of {name} itself, so that single ones can be neither added nor \
             removed. Nothing was changed. To replace all of them by own ones: {tool}; to delete them: \
             mittwald_dns_records_delete."
        ),
    ))
}

/// Writes the set, if it is still what it was, and looks what is there then.
async fn replace(
    job: &Job<'_>,
    wanted: &Wanted,
    place: &Place,
    after: &Set,
) -> Result<Value, Stop> {
    job.step();
    if !place.new {
        let now = read(job, wanted, &place.zone).await?;
        if !now.same(&place.before) {
            let told = format!(
                "Somebody else has just changed the {} records of {}, so nothing was written. They were: {}. They \
                 are now: {}. If the change is still wanted, call this tool again.",
                wanted.kind.name(),
                wanted.name,
                listed(&place.before),
                listed(&now),
            );
            return Err(job.refuse("changed_meanwhile", told));
        }
    }
    let parameters = [("dnsZoneId", place.zone.as_str()), ("recordSet", wanted.kind.set())];
    let (): () = job.send(Verb::Put, RECORDS, &parameters, Some(&after.body())).await?;
    job.step();
    job.go_on(
        "read the records with mittwald_dns_zone_list, and ask the person what shall be there.",
    );
    let seen = job
        .wait(async || {
            let now = read(job, wanted, &place.zone).await?;
            Ok((now.same(after) || !now.same(&place.before)).then_some(now))
        })
        .await?;
    match seen {
        Some(now) if !now.same(after) => {
            let told = format!(
                "Somebody else has changed the {} records of {} at the same moment. Written was: {}. There is now: \
                 {}.",
                wanted.kind.name(),
                wanted.name,
                listed(after),
                listed(&now),
            );
            Err(job.refuse("changed_meanwhile", told))
        }
        Some(_) => Ok(answer(wanted, place, after, true)),
        None => {
            let mut answer = answer(wanted, place, after, true);
            let note = "mittwald has accepted the change, but does not show it yet. Look again in a minute with \
                        mittwald_dns_zone_list; do not send it again before.";
            if let Some(answer) = answer.as_object_mut() {
                answer.insert("next".into(), note.into());
            }
            Ok(answer)
        }
    }
}

fn listed(set: &Set) -> String {
    let texts = set.texts();
    if texts.is_empty() { "none".into() } else { texts.join("; ") }
}

fn answer(wanted: &Wanted, place: &Place, after: &Set, changed: bool) -> Value {
    json!({
        "dnsZoneId": place.zone,
        "name": wanted.name,
        "zoneCreated": place.new,
        "changed": changed,
        "before": place.before.texts(),
        "after": after.texts(),
    })
}

#[cfg(test)]
mod tests;
