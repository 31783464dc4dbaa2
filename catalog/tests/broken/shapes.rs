//! Operations of the made-up API with unions, maps, plain values and secrets.

use serde_json::{Map, Value, json};

pub fn operations() -> Map<String, Value> {
    let mut operations = Map::new();
    let mut add = |key: &str, body: Option<Value>, answer: Option<Value>| {
        let responses = match answer {
            Some(schema) => json!({ "200": { "type": "application/json", "schema": schema } }),
            None => json!({ "204": {} }),
        };
        let mut operation = json!({ "id": "x", "tag": "Thing", "auth": true, "params": [], "responses": responses });
        if let Some(schema) = body {
            operation["body"] =
                json!({ "required": true, "type": "application/json", "schema": schema });
        }
        operations.insert(key.into(), operation);
    };
    add("GET /v2/names", None, Some(json!({ "type": "array", "items": text() })));
    add("GET /v2/policy", None, Some(text()));
    add("GET /v2/secret", None, Some(secret()));
    add("POST /v2/secret", None, Some(secret()));
    add("POST /v2/buy", None, None);
    add("POST /v2/reset", None, None);
    add("POST /v2/job", Some(job()), None);
    add("PUT /v2/pay", Some(object(json!(["pay"]), json!({ "pay": pay() }))), None);
    let settings = json!({ "type": "object", "properties": { "ttl": { "type": "integer" } } });
    let zone = json!({ "records": text(), "settings": settings });
    add("PUT /v2/zone", Some(object(json!(["records", "settings"]), zone)), None);
    add("POST /v2/paths", Some(json!({ "type": "array", "items": row() })), None);
    add("POST /v2/map", Some(maps()), None);
    let picture = json!({ "200": { "type": "image/png", "schema": text() } });
    operations.insert(
        "GET /v2/picture".into(),
        json!({ "id": "x", "tag": "Thing", "auth": true, "params": [], "responses": picture }),
    );
    operations
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn object(required: Value, properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn job() -> Value {
    let program = json!({ "path": text(), "program": text(), "arguments": text() });
    let target = json!({ "oneOf": [
        object(json!(["url"]), json!({ "url": text() })),
        object(json!(["path", "program"]), program),
    ] });
    object(json!(["target"]), json!({ "target": target, "sharedWith": pay(), "note": text() }))
}

/// A union whose members differ in a value.
fn pay() -> Value {
    let method = |value: &str| json!({ "type": "string", "enum": [value] });
    let debit = json!({ "method": method("debit"), "iban": text(), "bic": text() });
    json!({ "oneOf": [
        object(json!(["method", "iban"]), debit),
        object(json!(["method"]), json!({ "method": method("invoice") })),
    ] })
}

fn row() -> Value {
    let target = json!({ "oneOf": [
        object(json!(["url"]), json!({ "url": text() })),
        object(json!(["page"]), json!({ "page": { "type": "boolean" } })),
    ] });
    object(json!(["path", "target"]), json!({ "path": text(), "target": target }))
}

fn maps() -> Value {
    let ports = json!({ "type": "array", "items": text() });
    let service = object(json!(["image"]), json!({ "image": text(), "ports": ports }));
    let map = |values: Value| json!({ "type": "object", "additionalProperties": values });
    object(json!([]), json!({ "labels": map(text()), "services": map(service) }))
}

fn secret() -> Value {
    let settings = json!({ "type": "object", "additionalProperties": text() });
    let fields = json!({ "id": text(), "keyId": text(), "key": text(), "url": text(), "settings": settings });
    object(json!(["id"]), fields)
}
