//! What the compiler refuses, with file and line.
//!
//! 1. The tiny catalogue itself compiles, so each refusal below is about its one change.
//! 2. Words: name, title, description missing, too long or out of pattern; a name used twice.
//! 3. Effect and hints: missing, contradicting each other or the method.
//! 4. Requests: unknown operations and arguments, places nobody fills, schemas clients refuse.
//! 5. Answers: fields the API does not have, answers of another kind.
//! 6. Project binding, scope, toolset.
//! 7. Files: not TOML, not a family, exceptions without operation or reason.

mod broken;

use broken::{GOOD, compile_folder, compile_text, refused_text, tool};

/// The good text with `from` replaced by `to` is refused at the line of `marker`.
#[track_caller]
fn refused(from: &str, to: &str, marker: &str, message: &str) {
    assert!(GOOD.contains(from), "{from:?} is not in the good text");
    refused_text(&GOOD.replacen(from, to, 1), marker, message);
}

#[test]
fn the_unbroken_catalogue_compiles() {
    let compiled = compile_text(GOOD).0.expect("good");
    let names: Vec<&str> = compiled.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["mittwald_thing_list", "mittwald_thing_create"], "order of the file");
    assert_eq!(Vec::from_iter(compiled.scopes()), ["project:read", "project:write"]);
}

#[test]
fn words_are_needed() {
    let long = format!("description = \"{}\"", "x".repeat(301));
    refused("title = \"List things\"\n", "", "[[tool]]", "title is missing");
    refused("title = \"List things\"", "title = \" \"", "title = \" \"", "title is missing");
    refused("description = \"Lists things.\"\n", "", "[[tool]]", "description is missing");
    refused("description = \"Lists things.\"", &long, "xxx", "longer than 300");
    refused("name = \"mittwald_thing_list\"\n", "", "[[tool]]", "name is missing");
    for name in
        ["mittwald_Thing", "thing_list", "mittwald-thing", &format!("mittwald_{}", "x".repeat(32))]
    {
        let to = format!("name = \"{name}\"");
        refused("name = \"mittwald_thing_list\"", &to, &to, "name");
    }
}

#[test]
fn a_name_is_used_once() {
    let to = "name = \"mittwald_thing_list\" # again";
    refused("name = \"mittwald_thing_create\"", to, "# again", "name is taken, see");
}

#[test]
fn unknown_keys_are_refused() {
    refused("core = true", "cores = true", "cores", "unknown field `cores`");
    let typo = "sort = { descripton = \"Field.\" }";
    refused("sort = \"Field to sort by.\"", typo, typo, "unknown field `descripton`");
}

#[test]
fn effect_fits_the_method() {
    refused("effect = \"read\"\n", "", "[[tool]]", "effect is missing");
    refused("effect = \"read\"", "effect = \"none\"", "\"none\"", "unknown variant");
    refused("effect = \"read\"", "effect = \"write\" # !", "# !", "a GET is a read");
    refused("effect = \"write\"", "effect = \"read\" # !", "# !", "[reads]");
    let answer = "[tool.answer]\ndone = true\n";
    let delete =
        tool("DELETE /v2/things/{thingId}", &format!("[tool.args]\nthingId = \"Id.\"\n{answer}"));
    compile_text(&delete).0.expect("a delete is fine");
    let write = |text: &str| text.replace("destructive\"", "write\"");
    refused_text(&write(&delete), "effect =", "a DELETE is destructive");
    refused_text(&delete.replace("confirm = true", ""), "effect =", "confirm = true");
    let patch = delete.replace("DELETE", "PATCH");
    refused_text(&write(&patch), "effect =", "PUT and PATCH overwrite");
    refused_text(&tool("GET /v2/pull", answer), "effect =", "this GET changes something");
}

#[test]
fn exceptions_of_the_register_count() {
    let answer = "[tool.args]\nthingId = \"Id.\"\n[tool.answer]\ndone = true\n";
    let text = tool("PATCH /v2/things/{thingId}", answer)
        .replace("effect = \"destructive\"", "effect = \"write\"")
        .replace("destructive = true", "destructive = false");
    let register = "[additive]\n\"PATCH /v2/things/{thingId}\" = \"only adds\"\n";
    let files = [("tools/thing.toml", text.as_str()), ("reads-by-post.toml", register)];
    compile_folder(&files).0.expect("an exception");
}

#[test]
fn all_hints_are_said() {
    refused("hints = {", "# hints = {", "[[tool]]", "hints is missing");
    for (hint, said) in [
        ("read_only", "read_only = true, "),
        ("destructive", "destructive = false, "),
        ("idempotent", "idempotent = true, "),
        ("open_world", ", open_world = false"),
    ] {
        refused(said, "", "hints =", &format!("hint {hint} is missing"));
    }
    refused("read_only = true", "read_only = false", "hints =", "read_only contradicts");
    refused("destructive = false", "destructive = true", "hints =", "destructive contradicts");
    refused("idempotent = true", "idempotent = false", "hints =", "idempotent: a read");
}

#[test]
fn operations_and_arguments_exist() {
    refused("operation = \"GET /v2/things\"\n", "", "[[tool]]", "operation is missing");
    refused("GET /v2/things\"", "GET /v2/thing\"", "operation =", "the API has no operation");
    refused("sort =", "sorted =", "sorted =", "no request of GET /v2/things uses it");
    refused("sort =", "\"sort.inner\" = \"x\"\nsort =", "sort.inner", "no request of");
    refused("sort =", "limit = \"x\"\nsort =", "limit =", "paging is added");
    refused(
        "sort = \"Field to sort by.\"\n",
        "",
        "[[tool]]",
        "query parameter sort is not mentioned",
    );
    refused("sort = \"Field to sort by.\"", "sort = \"\"", "sort =", "needs a description");
    let long = format!("sort = \"{}\"", "x".repeat(201));
    refused("sort = \"Field to sort by.\"", &long, "xxx", "longer than 200");
}

#[test]
fn what_the_api_requires_is_filled() {
    let empty = GOOD
        .replace(
            "[[tool]]\nname = \"mittwald_thing_create\"",
            "[[tool]] # 2\nname = \"mittwald_b\"",
        )
        .replace("name = \"Name of the thing.\"\n", "");
    refused_text(&empty, "# 2", "nobody fills required body field name");
    refused("name = \"Name of the thing.\"", "name = { hide = true }", "hide", "nobody fills it");
    let get = tool("GET /v2/things/{thingId}", "[tool.answer]\nobject = true\nfields = [\"id\"]\n");
    refused_text(&get, "[[tool]]", "path parameter thingId needs a description");
    let header = tool("POST /v2/header", "[tool.answer]\ndone = true\n");
    refused_text(&header, "[[tool]]", "needs header Token");
}

#[test]
fn notes_do_not_contradict_themselves() {
    let sort = "sort = \"Field to sort by.\"";
    let cases = [
        ("hide = true, description = \"x\"", "hidden, so it can have no"),
        ("fix = \"id\", description = \"x\"", "fixed, so it can have no"),
        ("fix = \"size\"", "the API does not take \"size\""),
        ("default = 3, description = \"x\"", "the API does not take 3"),
        ("rename = \"so:rt\", description = \"x\"", "rename it"),
    ];
    for (note, message) in cases {
        refused(sort, &format!("sort = {{ {note} }}"), note, message);
    }
    refused(sort, "sort = \"x\"\n\"query.sort\" = \"y\"", "sort = \"x\"", "declared twice");
    refused(sort, "sort = { rename = \"page\", description = \"x\" }", "[[tool]]", "there are two");
}

#[test]
fn a_name_in_path_and_body_says_which() {
    let args = |id: &str| {
        format!(
            "[tool.args]\n{id} = \"Id.\"\n\"body.thingId\" = {{ rename = \"inner\", description = \"Id.\" }}\n\
             box = \"Box.\"\n[tool.answer]\ndone = true\n"
        )
    };
    let text = |id: &str| tool("PUT /v2/things/{thingId}", &args(id));
    refused_text(&text("thingId"), "thingId = \"Id.\"", "say which");
    compile_text(&text("\"path.thingId\"")).0.expect("both are named");
}

#[test]
fn schemas_that_clients_refuse() {
    let value = "[tool.args]\nvalue = \"Value.\"\n[tool.answer]\ndone = true\n";
    let at_value = |operation: &str, message: &str| {
        refused_text(&tool(operation, value), "value =", message);
    };
    at_value("POST /v2/inner-union", "is a union");
    at_value("POST /v2/numeric-enum", "numeric enum");
    at_value("POST /v2/untyped", "has no type");
    at_value("POST /v2/cyclic", "contains itself");
    refused_text(&tool("POST /v2/deep", value), "[[tool]]", "more than 4 objects");
    let done = "[tool.answer]\ndone = true\n";
    refused_text(&tool("POST /v2/union", done), "[[tool]]", "the body is a union");
    let upload = "[tool.args]\nfile = \"File.\"\n[tool.answer]\ndone = true\n";
    refused_text(&tool("POST /v2/upload", upload), "[[tool]]", "multipart/form-data");
    // `exclusiveMinimum` does not reach clients: it becomes the next whole number.
    let compiled = compile_text(&tool("POST /v2/above", value)).0.expect("fine");
    assert_eq!(compiled.tools[0].json["inputSchema"]["properties"]["value"]["minimum"], 1);
}

#[test]
fn answers_are_what_the_api_answers() {
    refused("[\"id\", \"name\"]", "[\"id\", \"nam\"]", "\"nam\"", "the API's answer has no nam");
    refused("[\"id\", \"name\"]", "[\"id\", \"id\"]", "fields =", "field id: there are two");
    refused("fields = [\"id\", \"name\"]\n", "", "[tool.answer]", "needs fields");
    refused("list = \"things\"\n", "object = true\n", "[tool.answer]", "answers an array");
    refused("list = \"things\"\n", "done = true\n", "[tool.answer]", "answers an array");
    refused(
        "list = \"things\"\n",
        "",
        "[tool.answer]",
        "exactly one of list, object, text and done",
    );
    refused("list = \"things\"", "list = \"total\"", "[tool.answer]", "a name of ours");
    refused("\"name\"]", "\"anything\"]", "\"anything\"", "does not say what type");
    refused("\"name\"]", "\"self\"]", "\"self\"", "contains itself");
    refused("\"name\"]", "{ name = \"name\", fields = [\"x\"] }]", "fields = [\"x\"]", "no fields");
    refused("\"name\"]", "{ name = \"a\", value = 1, from = \"id\" }]", "value", "a constant has");
    refused("\"name\"]", "{ name = \"a\", value = [1] }]", "value", "a constant is");
    let answer = "[tool.answer]\nlist = \"things\"\nfields = [\"id\", \"name\"]\n";
    refused(answer, "", "[[tool]]", "[tool.answer] is missing");
    let nothing = compile_text(&tool("POST /v2/empty", "[tool.answer]\ndone = true\n"));
    nothing.0.expect("an object without keys says nothing");
    let logs = tool("GET /v2/logs", "[tool.answer]\nobject = true\nfields = [\"id\"]\n");
    refused_text(&logs, "[tool.answer]", "text/plain");
    let patch = "[tool.args]\nthingId = \"Id.\"\n[tool.answer]\nobject = true\n";
    refused_text(&tool("PATCH /v2/things/{thingId}", patch), "[tool.answer]", "done = true");
}

#[test]
fn project_scope_and_toolset_are_known() {
    refused("project = \"none\"\n", "", "[[tool]]", "project is missing");
    let project = |to: &str, message: &str| {
        let to = format!("project = \"{to}\"");
        refused("project = \"none\"", &to, &to, message);
    };
    project("some", "must be \\\"none\\\"".replace('\\', "").as_str());
    project("argument:projectId", "there is no argument projectId");
    project("answer:projectId", "the API's answer has no projectId");
    project("via:POST /v2/things:id", "the API has no");
    project("via:GET /v2/things/{thingId}:id", "needs thingId, which is no argument");
    refused("scope = \"project:read\"\n", "", "[[tool]]", "scope is missing");
    refused("scope = \"project:read\"", "scope = \"thing:read\"", "thing:read", "unknown scope");
    let scope = "scope = \"project:write\" # read";
    refused("scope = \"project:read\"", scope, "[[tool]]", "a read cannot need it");
    refused("toolsets = [\"thing\"]", "toolsets = [\"things\"]", "toolsets", "unknown toolset");
}

#[test]
fn files_are_what_they_should_be() {
    let problem = |files: &[(&str, &str)], file: &str, line: usize, message: &str| {
        let (result, folder) = compile_folder(files);
        let problems = result.expect_err("must be refused");
        let found = problems.iter().any(|problem| {
            problem.file == folder.join(file)
                && problem.line == line
                && problem.message.contains(message)
        });
        assert!(found, "no {file}:{line} {message:?} in {problems:#?}");
    };
    problem(&[("tools/thing.toml", "\n[[tool]\n")], "tools/thing.toml", 2, "");
    problem(&[("tools/other.toml", "")], "tools/other.toml", 1, "no family");
    problem(&[("scopes.toml", "\nscope = []")], "scopes.toml", 2, "unknown field");
    problem(&[("toolsets.toml", "")], "toolsets.toml", 1, "families");
    problem(&[("operations.json", "{\n}")], "operations.json", 2, "make catalog");
    let register = |line: &str| format!("[reads]\n{line}\n");
    let unknown = register("\"POST /v2/nothing\" = \"checks\"");
    problem(&[("reads-by-post.toml", &unknown)], "reads-by-post.toml", 2, "no operation");
    let no_reason = register("\"POST /v2/things\" = \"\"");
    problem(&[("reads-by-post.toml", &no_reason)], "reads-by-post.toml", 2, "needs its reason");
}

#[test]
fn all_problems_come_at_once() {
    let text = GOOD.replace("title = ", "# title = ").replace("sort =", "sorted =");
    let problems = compile_text(&text).0.expect_err("must be refused");
    assert_eq!(problems.iter().filter(|p| p.message.contains("title is missing")).count(), 2);
    assert!(problems.iter().any(|p| p.message.contains("sorted")), "{problems:#?}");
}
