//! From the consent page to the client's code, with a person who allows one project, in memory: above
//! all what depends on the clock. The built Worker is tested in tests/consent-project.test.mjs and
//! tests/consent-surface.test.mjs.
//!
//! 1. the chosen project reaches the grant, and the choice cannot be made again
//! 2. each step has ten minutes of its own, and no more
//! 3. an outage of mittwald, a missing choice and a foreign project use nothing up
//! 4. neither mittwald's tokens nor the sign-in's name stand on the page
//! 5. a form of the consent page is no form of this one, and another browser's cookie opens nothing
//! 6. mittwald is asked for the right to see projects, the grant carries it only if the client asked
//! 7. the project of the connector's address is checked; mittwald's answer decides what the client hears
//! 8. a person without a project can only decline
//! 9. a token that mittwald no longer accepts ends the choice at the client

mod walk;

use super::handle_context;
use crate::http::Status;
use walk::{COOKIE, ID, Walk, field, is_stale, parameter, project};

const FOREIGN: &str = "1f8fad5b-d9cb-469f-a165-70867728950e";

#[test]
fn the_chosen_project_reaches_the_grant_once() {
    let list = format!("[{}]", project());
    let mut walk = Walk::signed_in(&[(200, &list), (200, &project())]);
    let handle = walk.up_to_the_page();
    let page = walk.open(&handle);
    assert_eq!(page.status, Status::OK);
    assert!(page.body.contains("Shop") && page.body.contains(ID));
    let answer = walk.send(&handle, ID, "allow");
    assert_eq!(parameter(&answer, "state"), "s");
    assert_eq!(parameter(&answer, "iss"), "https://mcp.example");
    assert_eq!(walk.grant(&answer).project.as_deref(), Some(ID));
    // Nothing is asked of mittwald any more: the scripted answers are used up.
    for again in
        [walk.send(&handle, ID, "allow"), walk.send(&handle, ID, "deny"), walk.open(&handle)]
    {
        assert!(is_stale(&again));
    }
}

#[test]
fn each_step_has_ten_minutes_of_its_own() {
    let list = format!("[{}]", project());
    let mut walk = Walk::signed_in(&[(200, &list), (200, &project())]);
    let page = walk.consent_page("project:read", "https://mcp.example/mcp");
    walk.fixture.clock.advance(599);
    let to_mittwald = walk.agree(&page, "one");
    walk.fixture.clock.advance(599);
    let back = walk.return_from(&to_mittwald);
    let handle = parameter(&back, "sign_in");
    walk.fixture.clock.advance(599);
    assert_eq!(walk.open(&handle).status, Status::OK);
    let late = walk.fixture.clock.as_ref();
    late.advance(1);
    assert!(is_stale(&walk.open(&handle)));
    assert!(is_stale(&walk.send(&handle, ID, "allow")));
    assert!(is_stale(&walk.send(&handle, ID, "deny")));
}

#[test]
fn a_late_consent_form_and_a_late_callback_are_refused() {
    let mut walk = Walk::signed_in(&[]);
    let page = walk.consent_page("project:read", "https://mcp.example/mcp");
    let in_time = walk.agree(&page, "one");
    let page = walk.consent_page("project:read", "https://mcp.example/mcp");
    walk.fixture.clock.advance(600);
    assert!(is_stale(&walk.agree(&page, "one")));
    assert!(is_stale(&walk.return_from(&in_time)));
}

#[test]
fn what_goes_wrong_uses_nothing_up() {
    let list = format!("[{}]", project());
    let mut walk = Walk::signed_in(&[
        (503, ""),
        (200, &list),
        (403, ""),
        (200, &list),
        (500, ""),
        (200, &project()),
    ]);
    let handle = walk.up_to_the_page();
    assert_eq!(walk.open(&handle).status, Status::UNAVAILABLE);
    let missing = walk.send(&handle, "", "allow");
    assert_eq!(missing.status, Status::BAD_REQUEST);
    assert!(missing.body.contains("Please choose a project"));
    let foreign = walk.send(&handle, FOREIGN, "allow");
    assert_eq!(foreign.status, Status::BAD_REQUEST);
    assert!(foreign.body.contains("You have no access to this project"));
    assert_eq!(walk.send(&handle, ID, "allow").status, Status::UNAVAILABLE);
    let answer = walk.send(&handle, ID, "allow");
    assert_eq!(walk.grant(&answer).project.as_deref(), Some(ID));
}

#[test]
fn the_page_holds_neither_tokens_nor_the_name_of_the_sign_in() {
    let list = format!("[{}]", project());
    let mut walk = Walk::signed_in(&[(200, &list)]);
    let page = walk.consent_page("project:read", "https://mcp.example/mcp");
    let to_mittwald = walk.agree(&page, "one");
    let state = parameter(&to_mittwald, "state");
    let back = walk.return_from(&to_mittwald);
    let handle = parameter(&back, "sign_in");
    let page = walk.open(&handle);
    for text in [back.header("location").expect("a location"), &page.body] {
        assert!(!text.contains("upstream-") && !text.contains(&state));
    }
    // Who knows the name, as mittwald does, cannot make a handle of it.
    assert!(is_stale(&walk.open(&state)));
}

#[test]
fn a_handle_is_for_its_own_browser_and_its_own_page() {
    let mut walk = Walk::signed_in(&[]);
    let page = walk.consent_page("project:read", "https://mcp.example/mcp");
    let sealed = field(&page, "request");
    let handle = {
        let to_mittwald = walk.agree(&page, "one");
        parameter(&walk.return_from(&to_mittwald), "sign_in")
    };
    assert!(is_stale(&walk.open(&sealed)));
    assert!(is_stale(&walk.send(&sealed, ID, "allow")));
    let own = std::mem::take(&mut walk.cookie);
    assert!(is_stale(&walk.open(&handle)), "without a cookie");
    walk.cookie = format!("{COOKIE}=AAAAAAAAAAAAAAAAAAAAAA");
    assert!(is_stale(&walk.open(&handle)), "with another one");
    assert!(is_stale(&walk.send(&handle, ID, "deny")));
    walk.cookie = own;
    let denied = walk.send(&handle, "", "deny");
    assert_eq!(parameter(&denied, "error"), "access_denied");
    assert_eq!(parameter(&denied, "state"), "s");
    assert_eq!(walk.fixture.accounts.ended.borrow().len(), 1, "nobody needs mittwald's session");
}

#[test]
fn the_right_to_see_projects_is_not_given_along() {
    let mut walk = Walk::signed_in(&[(200, &project())]);
    let page = walk.consent_page("app:read", "https://mcp.example/mcp");
    let to_mittwald = walk.agree(&page, "one");
    assert_eq!(parameter(&to_mittwald, "scope"), "app:read user:read project:read");
    let handle = parameter(&walk.return_from(&to_mittwald), "sign_in");
    let grant = walk.grant(&walk.send(&handle, ID, "allow"));
    assert_eq!(grant.scopes, ["app:read", "user:read"]);

    let mut walk = Walk::signed_in(&[]);
    let page = walk.consent_page("app:read", "https://mcp.example/mcp");
    let to_mittwald = walk.agree(&page, "all");
    assert_eq!(parameter(&to_mittwald, "scope"), "app:read user:read");
    let answer = walk.return_from(&to_mittwald);
    assert_eq!(walk.grant(&answer).project, None);
}

#[test]
fn the_project_of_the_address_is_checked_with_mittwald() {
    let resource = format!("https://mcp.example/mcp/p/{ID}");
    for (status, body, expected) in [
        (200, project(), None),
        (403, String::new(), Some("access_denied")),
        (404, String::new(), Some("access_denied")),
        (401, String::new(), Some("access_denied")),
        (500, String::new(), Some("temporarily_unavailable")),
    ] {
        let mut walk = Walk::signed_in(&[(status, &body)]);
        let page = walk.consent_page("app:read", &resource);
        assert!(page.body.contains(ID) && !page.body.contains("name=\"projects\""));
        // Nobody can talk the page out of it.
        let to_mittwald = walk.agree(&page, "all");
        assert!(parameter(&to_mittwald, "scope").contains("project:read"));
        let answer = walk.return_from(&to_mittwald);
        match expected {
            None => assert_eq!(walk.grant(&answer).project.as_deref(), Some(ID)),
            Some(error) => {
                assert_eq!(parameter(&answer, "error"), error, "{status}");
                assert_eq!(parameter(&answer, "state"), "s");
                assert_eq!(parameter(&answer, "iss"), "https://mcp.example");
                assert!(parameter(&answer, "error_description").len() > 20);
                assert_eq!(walk.fixture.accounts.ended.borrow().len(), 1);
            }
        }
    }
}

#[test]
fn a_handle_is_sealed_for_one_browser() {
    // The sign-in compares the cookie once more, so that no page can tell this apart.
    assert_ne!(handle_context("a"), handle_context("b"));
}

#[test]
fn a_person_without_a_project_can_only_decline() {
    let mut walk = Walk::signed_in(&[(200, "[]")]);
    let handle = walk.up_to_the_page();
    let page = walk.open(&handle);
    assert!(page.body.contains("You have no project at mittwald yet"));
    assert!(page.body.contains("value=\"deny\"") && !page.body.contains("value=\"allow\""));
    assert_eq!(parameter(&walk.send(&handle, "", "deny"), "error"), "access_denied");
}

#[test]
fn a_token_that_is_no_longer_accepted_ends_the_choice_at_the_client() {
    for (status, sends) in [(401, false), (403, false), (401, true)] {
        let mut walk = Walk::signed_in(&[(status, "")]);
        let handle = walk.up_to_the_page();
        let answer = if sends { walk.send(&handle, ID, "allow") } else { walk.open(&handle) };
        assert_eq!(parameter(&answer, "error"), "access_denied");
        assert_eq!(parameter(&answer, "iss"), "https://mcp.example");
        assert!(is_stale(&walk.open(&handle)));
    }
}
