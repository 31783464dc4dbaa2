use super::*;
use crate::tools::testing::UUID;

fn surface(path: &str) -> Surface {
    Surface::parse(path).unwrap_or_else(|| panic!("{path} is an address"))
}

#[test]
fn every_form_of_the_address_serves_tools() {
    for tail in ["", "/x/project", "/x/project,app", "/x/app,project", "/x/all"] {
        for project in [String::new(), format!("/p/{UUID}")] {
            for end in ["", "/readonly"] {
                let path = format!("/mcp{project}{tail}{end}");
                let surface = surface(&path);
                assert_eq!(surface.path(), path);
                assert_eq!(surface.is_read_only(), !end.is_empty(), "{path}");
                assert_eq!(surface.project().is_some(), !project.is_empty(), "{path}");
                assert!(surface.tools().count() > 0, "{path}");
            }
        }
    }
}

#[test]
fn nothing_like_them_does() {
    for tail in [
        "/",
        "/readonly/",
        "/readonly/readonly",
        "/readonly/x/all",
        "//readonly",
        "/%72eadonly",
        "/x",
        "/x/",
        "/x/all/",
        "/x/all,project",
        "/x/project,all",
        "/x/project,project",
        "/x/project,",
        "/x/,project",
        "/x/PROJECT",
        "/x/none",
        "/x/project/x/app",
        "/p",
        "/p/",
        "/p/p-abc123",
        "/p/not-a-uuid/x/all",
        "/P/x",
    ] {
        let path = format!("/mcp{tail}");
        assert_eq!(Surface::parse(&path), None, "{path}");
    }
    for path in ["/mcpx", "/MCP", "/", "", "/mcpreadonly", &format!("/mcp/x/all/p/{UUID}")] {
        assert_eq!(Surface::parse(path), None, "{path}");
    }
}

#[test]
fn a_read_only_address_has_no_tool_that_writes() {
    let all = surface("/mcp/x/all");
    let reading = surface("/mcp/x/all/readonly");
    assert!(reading.tools().all(|tool| tool.effect == Effect::Read));
    assert!(all.tools().count() > reading.tools().count());
    assert_eq!(reading.look_up("mittwald_project_update").err(), Some(Absent::ReadOnly));
    assert_eq!(reading.look_up("mittwald_nothing").err(), Some(Absent::Unknown));
    assert!(all.find("mittwald_project_update").is_some());
}

#[test]
fn a_fixed_project_takes_its_argument_and_the_tools_without_one_away() {
    let fixed = surface(&format!("/mcp/p/{UUID}/x/all"));
    assert_eq!(fixed.look_up("mittwald_project_list").err(), Some(Absent::NoProject));
    let get = fixed.find("mittwald_project_get").expect("served");
    assert!(
        !fixed.definition(get).contains(
            "\"projectId\":{\"type\":\"string\",\"description\":\"Id of the project, from"
        )
    );
    assert_eq!(surface("/mcp/x/all").definition(get), get.json);
    assert!(fixed.tools().all(|tool| !matches!(tool.project, Binding::None)));
}

#[test]
fn the_listing_begins_with_the_projects() {
    for path in ["/mcp", "/mcp/readonly", "/mcp/x/all", "/mcp/x/app,project"] {
        let first = surface(path).tools().next().map(|tool| tool.name);
        assert_eq!(first, Some("mittwald_project_list"), "{path}");
    }
}

#[test]
fn toolsets_serve_their_own() {
    let backups = surface("/mcp/x/backup");
    assert!(backups.tools().all(|tool| tool.toolsets.contains(&"backup") || tool.everywhere));
    assert!(backups.tools().any(|tool| tool.name == "mittwald_profile_get"));
    assert_eq!(backups.look_up("mittwald_project_list").err(), Some(Absent::Toolset("project")));
    let every = surface("/mcp/x/all").tools().count();
    assert_eq!(every, LISTING.len());
    assert!(surface("/mcp").tools().all(|tool| tool.core));
}

#[test]
fn scopes_are_those_of_the_tools_served() {
    let reading = surface("/mcp/readonly").scopes();
    assert!(reading.contains(&"project:read") && !reading.contains(&"project:write"));
    assert!(reading.is_sorted());
    assert!(surface("/mcp/x/all").scopes().contains(&"project:write"));
    assert_eq!(surface("/mcp/x/backup/readonly").scopes(), ["backup:read", "user:read"]);
}
