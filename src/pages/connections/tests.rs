use super::*;

fn view<'a>(language: Language, scopes: &'a [String]) -> ConnectionsView<'a> {
    let write = |succeeded| WriteView {
        client_name: None,
        destination: None,
        tool: "mittwald_project_update",
        target: "11111111-1111-1111-1111-111111111111",
        at: 1_795_522_560,
        succeeded,
    };
    let connection = ConnectionView {
        id: "AAAAAAAAAAAAAAAAAAAAAA",
        client_name: "<b>Claude</b>",
        destination: Destination::Host("claude.ai"),
        address: "https://mcp.example/mcp",
        scopes,
        level: Level::Manage,
        project: None,
        since: 0,
        used_at: 1_795_522_560,
        writes: vec![write(Some(true)), write(Some(false)), write(None)],
    };
    ConnectionsView {
        connections: vec![connection],
        by_api_tokens: Vec::new(),
        by_ended: Vec::new(),
        form_token: "form-token",
        notice: None,
        language,
    }
}

#[test]
fn times_say_their_zone_and_are_the_same_in_both_languages() {
    let moment = Moment::of(1_795_522_560);
    assert_eq!(moment.text, "2026-11-24 12:16 UTC");
    assert_eq!(moment.machine, "2026-11-24T12:16Z");
    assert_eq!(Moment::of(0).text, "1970-01-01 00:00 UTC");
    assert_eq!(Moment::of(u64::MAX).text, "1970-01-01 00:00 UTC");
}

#[test]
fn rights_and_results_are_in_plain_words() {
    let scopes = ["project:read".to_owned(), "project:write".to_owned()];
    let german = list(&view(Language::German, &scopes), Status::OK).body;
    for word in [
        "Mitglieder und Dateien ansehen; Projekte anlegen und ändern",
        "Verwalten",
        "ausgeführt",
        "abgelehnt",
        "Ausgang unbekannt",
    ] {
        assert!(german.contains(word), "{word}");
    }
    let english = list(&view(Language::English, &scopes), Status::OK).body;
    for word in [
        "members and files; Create and change projects",
        "Manage",
        "done",
        "refused",
        "outcome unknown",
    ] {
        assert!(english.contains(word), "{word}");
    }
}

#[test]
fn a_clients_name_cannot_become_markup() {
    let page = list(&view(Language::English, &[]), Status::OK).body;
    assert!(!page.contains("<b>Claude"));
    assert!(page.contains("Claude"));
}

#[test]
fn the_forms_lead_to_this_page_only() {
    let page = list(&view(Language::English, &[]), Status::OK);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("form-action 'self';"), "{policy}");
}

#[test]
fn nothing_connected_is_said_and_offers_no_end() {
    let mut view = view(Language::German, &[]);
    view.connections.clear();
    let page = list(&view, Status::OK).body;
    assert!(page.contains("Zurzeit ist keine Anwendung verbunden."));
    assert!(!page.contains("name=\"end\""));
    assert!(page.contains("name=\"leave\""));
}
