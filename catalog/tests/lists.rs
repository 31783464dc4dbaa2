//! The lists beside the tools, and what a tool says about more than its own request.
//!
//! 1. `customer-operations.csv`: only its operations become tools; what it says of effect and money
//!    is not contradicted.
//! 2. `left-out.toml`, and one primary tool for each operation.
//! 3. `aliases.toml`, `former-tools.toml`.
//! 4. Project bindings, toolsets, flags in the tables.
//! 5. Answers: texts, plain values, secrets.
//! 6. Drafts: TODO is refused.

mod broken;

use broken::{GOOD, compile_folder, compile_text, refused_text, tool};
use serde_json::json;

const DONE: &str = "[tool.answer]\ndone = true\n";

#[track_caller]
fn refused_files(files: &[(&str, &str)], file: &str, line: usize, message: &str) {
    let (result, folder) = compile_folder(files);
    let problems = result.expect_err("must be refused");
    let found = problems
        .iter()
        .any(|p| p.file == folder.join(file) && p.line == line && p.message.contains(message));
    assert!(found, "no {file}:{line} {message:?} in {problems:#?}");
}

#[test]
fn the_judgement_of_operations_counts() {
    refused_text(&tool("POST /v2/reset", DONE), "effect =", "says destructive");
    refused_text(&tool("POST /v2/buy", DONE), "effect =", "costs money");
    let buy = tool("POST /v2/buy", DONE).replace("confirm = false", "confirm = true");
    compile_text(&buy).0.expect("confirmed");
    let csv = "operation,effect,money,secret,binary\nGET /v2/things,read,,,\n";
    let files = [("customer-operations.csv", csv)];
    refused_files(&files, "tools/thing.toml", 24, "is not in catalog/customer-operations.csv");
    for (row, line) in [("GET /v2/things,reads,,,", 2), ("GET /v2/things,read,no,,", 2), ("x", 2)] {
        let csv = format!("operation,effect,money,secret,binary\n{row}\n");
        let files = [("customer-operations.csv", csv.as_str())];
        refused_files(&files, "customer-operations.csv", line, "must be operation,effect");
    }
    let twice = format!("{csv}GET /v2/things,read,,,\n");
    let files = [("customer-operations.csv", twice.as_str())];
    refused_files(&files, "customer-operations.csv", 3, "listed twice");
}

#[test]
fn what_is_left_out_has_a_reason() {
    let left_out = |line: &str, message: &str| {
        refused_files(&[("left-out.toml", line)], "left-out.toml", 1, message);
    };
    let entry = |key: &str, reason: &str| {
        format!("\"{key}\" = {{ reason = \"{reason}\", note = \"n\" }}\n")
    };
    left_out(&entry("GET /v2/nothing", "binary"), "is no operation of");
    left_out(&entry("GET /v2/logs", "later"), "unknown variant `later`");
    left_out(&entry("GET /v2/logs", "absent"), "is in operations.json");
    left_out("\"GET /v2/logs\" = { reason = \"binary\", note = \" \" }", "needs a note");
    let things = entry("GET /v2/things", "binary");
    let files = [("left-out.toml", things.as_str())];
    refused_files(&files, "tools/thing.toml", 2, "stands in catalog/left-out.toml as binary");
    let mut csv = String::from(
        "operation,effect,money,secret,binary\nGET /v2/things,read,,,\nPOST /v2/things,write,,,\n",
    );
    let mut many = String::new();
    for index in 10..61 {
        csv.push_str(&format!("GET /v2/x{index},read,,,\n"));
        many.push_str(&entry(&format!("GET /v2/x{index}"), "absent"));
    }
    let files = [("customer-operations.csv", csv.as_str()), ("left-out.toml", many.as_str())];
    refused_files(&files, "left-out.toml", 51, "at most 50");
}

#[test]
fn an_operation_has_one_primary_tool() {
    let again = tool(
        "POST /v2/things",
        "[tool.args]\nname = \"N.\"\n[tool.answer]\nobject = true\nfields = [\"id\"]\n",
    );
    let text = format!("{GOOD}\n{again}");
    let (result, _) = compile_text(&text);
    let problems = result.expect_err("two primaries");
    let other = "POST /v2/things has another primary tool, mittwald_x";
    assert!(problems.iter().any(|p| p.message.contains(other)), "{problems:#?}");
    let resting = text.replace("title = \"X\"", "title = \"X\"\nrests_on = [\"POST /v2/things\"]");
    compile_text(&resting).0.expect("only one is primary");
    let unknown = resting.replace("[\"POST /v2/things\"]", "[\"POST /v2/nothing\"]");
    refused_text(&unknown, "rests_on", "the API has no operation");
    // Two variants of one operation are two tools.
    let variant = |name: &str| {
        let args = format!("variant = \"{name}\"\n[tool.args]\n{name} = \"Value.\"\n{DONE}");
        tool("POST /v2/union", &args).replace("mittwald_x", &format!("mittwald_{name}"))
    };
    compile_text(&format!("{}{}", variant("a"), variant("b"))).0.expect("they differ");
    let same = variant("a").replace("mittwald_a", "mittwald_c");
    let problems = compile_text(&format!("{}{same}", variant("a"))).0.expect_err("the same");
    assert!(problems[0].message.contains("another primary tool"), "{problems:#?}");
}

#[test]
fn aliases_lead_to_tools() {
    let alias = |text: &str, message: &str| {
        refused_files(&[("aliases.toml", text)], "aliases.toml", 1, message);
    };
    alias("mittwald_old = { tool = \"mittwald_none\" }", "there is no tool mittwald_none");
    alias("old = { tool = \"mittwald_thing_list\" }", "name must match");
    alias("mittwald_thing_list = { tool = \"mittwald_thing_create\" }", "a tool has this name");
    let list =
        |rest: &str| format!("mittwald_old = {{ tool = \"mittwald_thing_list\", {rest} }}\n");
    alias(&list("fix = { order = 1 }"), "has no argument order");
    alias(&list("fix = { sort = \"size\" }"), "sort does not take \"size\"");
    let text = list("fix = { sort = \"id\" }");
    let compiled = compile_folder(&[("aliases.toml", &text)]).0.expect("good");
    let rust = compiled.rust();
    let row =
        "Alias { name: \"mittwald_old\", tool: &TOOLS[1], fixed: &[(\"sort\", \"\\\"id\\\"\")] }";
    assert!(rust.contains(row), "{rust}");
    let page = compiled.page();
    let row = "| `mittwald_old` | `mittwald_thing_list` | `sort` is always `\"id\"` |";
    assert!(page.contains(row), "{page}");
}

#[test]
fn descriptions_name_tools_that_exist() {
    let from = |name: &str| GOOD.replace("Field to sort by.", &format!("As {name} shows."));
    let rust = compile_text(&from("mittwald_thing_create")).0.expect("it exists").rust();
    assert!(rust.contains("listed_by: Some(\"mittwald_thing_create\")"), "{rust}");
    refused_text(&from("mittwald_nothing"), "[[tool]]", "names mittwald_nothing, which is no tool");
    let text = GOOD.replace("Creates a thing.", "Not mittwald_thing_lists.");
    let problems = compile_text(&text).0.expect_err("misspelt");
    assert!(problems[0].message.contains("names mittwald_thing_lists"), "{problems:?}");
}

#[test]
fn former_tools_live_on_or_say_why_not() {
    let former = |line: &str, message: &str| {
        refused_files(&[("former-tools.toml", line)], "former-tools.toml", 1, message);
    };
    former("mittwald_old = { tool = \"mittwald_none\" }", "there is no tool mittwald_none");
    former("mittwald_old = { tool = \"mittwald_thing_list\" }", "does not lead mittwald_old to");
    former("mittwald_old = { }", "exactly one of tool and left_out");
    let list = |rest: &str| {
        format!("mittwald_thing_list = {{ tool = \"mittwald_thing_list\", {rest} }}\n")
    };
    former(&list("args = { by = \"order\" }"), "has no argument order");
    former(&list("args = { by = \"sort\" }, dropped = [\"by\"]"), "both kept and dropped");
    let text = format!(
        "{}mittwald_gone = {{ left_out = \"Not here.\" }}\n",
        list("args = { by = \"sort\" }, dropped = [\"quiet\"], note = \"N.\"")
    );
    let page = compile_folder(&[("former-tools.toml", &text)]).0.expect("good").page();
    let row = "| `mittwald_thing_list` | `mittwald_thing_list` | `by`: `sort` | quiet | N. |";
    assert!(page.contains(row), "{page}");
    assert!(page.contains("| `mittwald_gone` | left out | | | Not here. |"), "{page}");
}

#[test]
fn bindings_and_flags_reach_the_tables() {
    let args = "[tool.args]\n\"path.thingId\" = { rename = \"id\", description = \"Id.\" }\n\
                \"body.thingId\" = { rename = \"other\", description = \"Other.\" }\nbox = \"Box.\"\n";
    let text = |project: &str| {
        tool("PUT /v2/things/{thingId}", &format!("untrusted = true\n{args}{DONE}"))
            .replace("project = \"none\"", &format!("project = {project}"))
    };
    let rust = compile_text(&text("[\"argument:id\", \"argument:other\"]")).0.expect("good").rust();
    let flags = "confirm: true, preview: Preview { shown_by: None, lists: &[] }, core: false, everywhere: false, toolsets: &[\"thing\"], project: Binding::Argument(\"id\"), \
                 secondary: &[Binding::Argument(\"other\")], untrusted: true";
    assert!(rust.contains(flags), "{rust}");
    let via = "\"via:GET /v2/things/{thingId}:name\"";
    refused_text(&text(via), "project =", "two arguments have that API name");
    refused_text(&text("[]"), "project =", "empty list");
    refused_text(&text("[\"argument:id\", \"none\"]"), "project =", "cannot stand second");
    refused_text(&text("[\"none\", \"argument:id\"]"), "project =", "cannot stand second");
    refused_text(&text("\"argument:box\""), "project =", "argument box is no text");
    let one =
        text(via).replace("{ rename = \"other\", description = \"Other.\" }", "{ fix = \"x\" }");
    let rust = compile_text(&one).0.unwrap_or_else(|problems| panic!("{problems:#?}")).rust();
    let lookup = "project: Binding::Via(&[Lookup { path: &[PathPart::Literal(\"/v2/things/\"), \
                  PathPart::Arg(\"id\")], at: &[\"name\"] }])";
    assert!(rust.contains(lookup), "{rust}");
    let optional =
        one.replace("description = \"Id.\" }", "description = \"Id.\", default = \"x\" }");
    compile_text(&optional).0.expect("a default fills it");
    let chain = via.replace(":name", ":id:GET /v2/things/{thingId}:name");
    let rust = compile_text(&one.replace(via, &chain)).0.expect("two steps").rust();
    assert!(rust.contains("at: &[\"id\"] }, Lookup { path:"), "{rust}");
    let renamed = text(
        "[\"via:GET /v2/things/{thingId=id}:name\", \"via:GET /v2/things/{thingId=other}:name\"]",
    );
    let rust = compile_text(&renamed).0.expect("says which").rust();
    assert!(rust.contains("PathPart::Arg(\"other\")"), "{rust}");
    let listed = |way: &str| {
        text("\"argument:id\"").replace("\"argument:id\"", &format!("\"listed:{way}\""))
    };
    refused_text(
        &listed("GET /v2/things/{thingId}:id=id"),
        "project =",
        "only parameter is projectId",
    );
    refused_text(&listed("GET /v2/things"), "project =", "needs an operation and a path");
    let wrong = renamed.replace("=other", "=box.width");
    refused_text(&wrong, "project =", "box.width leads to no text");
    refused_text(&renamed.replace("=id", "=none"), "project =", "there is no argument none");
    let idless = via.replace(":name", ":id:GET /v2/things:name");
    refused_text(&one.replace(via, &idless), "project =", "needs exactly one id");
    refused_text(&text("\"public\""), "project =", "only a read can belong to nobody");
    refused_text(&text("\"answer:name\""), "project =", "only a read can be checked");
}

#[test]
fn a_fixed_project_takes_its_argument_away() {
    let args = "[tool.args]\nthingId = \"Id.\"\n[tool.answer]\nobject = true\nfields = [\"id\"]\n";
    let get = tool("GET /v2/things/{thingId}", args);
    let bound = get.replace("project = \"none\"", "project = \"argument:thingId\"");
    let compiled = compile_text(&bound).0.expect("good");
    let fixed = compiled.tools[0].project_json.as_ref().expect("another definition");
    assert_eq!(fixed["inputSchema"], json!({ "type": "object", "additionalProperties": false }));
    assert_eq!(fixed["outputSchema"], compiled.tools[0].json["outputSchema"]);
    let public = get.replace("project = \"none\"", "project = \"public\"");
    let compiled = compile_text(&public).0.expect("good");
    assert_eq!(compiled.tools[0].project_json, None);
    assert!(compiled.rust().contains("project: Binding::Public"));
}

#[test]
fn families_may_have_several_files() {
    let more = tool("GET /v2/names", "[tool.answer]\nlist = \"names\"\n");
    let files = [("tools/thing-names.toml", more.as_str())];
    let compiled = compile_folder(&files).0.expect("good");
    assert_eq!(compiled.tools[2].toolsets, ["thing"]);
    refused_files(&[("tools/things.toml", "")], "tools/things.toml", 1, "no family");
}

#[test]
fn texts_and_plain_values() {
    let answer =
        |operation: &str, answer: &str| tool(operation, &format!("[tool.answer]\n{answer}\n"));
    let log = compile_text(&answer("GET /v2/logs", "text = \"log\"")).0.expect("a text");
    let schema = &log.tools[0].json["outputSchema"];
    assert_eq!(
        *schema,
        json!({ "type": "object", "properties": { "log": { "type": "string" } }, "required": ["log"] })
    );
    assert!(log.rust().contains("Answer::Text { key: \"log\", media_type: \"text/plain\" }"));
    let policy = compile_text(&answer("GET /v2/policy", "text = \"policy\"")).0.expect("a text");
    assert!(policy.rust().contains("media_type: \"application/json\""));
    let names = compile_text(&answer("GET /v2/names", "list = \"names\"")).0.expect("values");
    let schema = &names.tools[0].json["outputSchema"]["properties"]["names"];
    assert_eq!(*schema, json!({ "type": "array", "items": { "type": "string" } }));
    assert!(names.rust().contains("Answer::Values { key: \"names\", paged: false }"));
    let refused = |operation: &str, text: &str, message: &str| {
        refused_text(&answer(operation, text), "[tool.answer]", message);
    };
    refused("GET /v2/picture", "text = \"picture\"", "which is no text");
    refused("GET /v2/names", "text = \"names\"", "which is no text");
    refused("GET /v2/logs", "text = \"log\"\nfields = [\"x\"]", "a text has no fields");
    refused("GET /v2/names", "list = \"names\"\nfields = [\"x\"]", "have no fields");
    refused("GET /v2/names", "list = \"more\"", "a name of ours");
}

#[test]
fn secrets_are_not_shown() {
    let text = |operation: &str, fields: &str| {
        tool(operation, &format!("[tool.answer]\nobject = true\nfields = [{fields}]\n"))
    };
    let secret = |fields: &str, message: &str| {
        refused_text(&text("GET /v2/secret", fields), "fields =", message);
    };
    secret("\"id\", \"key\"", "key could be a secret");
    secret("\"url\"", "url could be a secret");
    secret("{ name = \"label\", from = \"key\" }", "key could be a secret");
    secret("{ name = \"settings\", open = true }", "returns a secret");
    secret("{ name = \"id\", open = true }", "an object without fields");
    let harmless = "\"id\", \"keyId\", { name = \"url\", safe = true }, { name = \"settings\", open = true, safe = true }";
    let found = compile_text(&text("GET /v2/secret", harmless)).0.expect("safe");
    let schema = &found.tools[0].json["outputSchema"]["properties"];
    assert_eq!(schema["settings"], json!({ "type": "object" }));
    compile_text(&tool("POST /v2/secret", DONE)).0.expect("that it was done may be said");
    refused_text(&tool("GET /v2/secret", DONE), "[tool.answer]", "answers an object");
}

#[test]
fn todos_of_a_draft_are_refused() {
    let text = GOOD.replace("\"Field to sort by.\"", "\"TODO\"");
    refused_text(&text, "TODO", "TODO is left of the draft");
}
