use super::*;
use crate::oauth::testing::Fixture;

fn take(cookie: &str) -> LoginCommand {
    LoginCommand::Take { cookie: cookie.into() }
}

#[test]
fn a_sign_in_is_taken_once_by_its_own_browser() {
    let login = Fixture::new().login();
    let (record, reply) = apply(None, LoginCommand::Create(Box::new(login.clone())), 100);
    assert!(matches!(reply, LoginReply::Created));

    let (unchanged, reply) = apply(record.clone(), take("other"), 100);
    assert!(unchanged.is_none() && matches!(reply, LoginReply::OtherBrowser));

    let (record, reply) = apply(record, take(&login.cookie), 100);
    assert!(matches!(reply, LoginReply::Taken(_)));

    let (_, reply) = apply(record.clone(), take(&login.cookie), 100);
    assert!(matches!(reply, LoginReply::Unknown));

    let (_, reply) = apply(record, LoginCommand::Create(Box::new(login)), 100);
    assert!(matches!(reply, LoginReply::AlreadyUsed));
}

#[test]
fn an_old_sign_in_is_not_taken() {
    let login = Fixture::new().login();
    let record = Some(Record::Open(Box::new(login.clone())));
    let (_, reply) = apply(record, take(&login.cookie), login.expires_at);
    assert!(matches!(reply, LoginReply::Unknown));
}

/// A sign-in whose person chooses one project, taken out, and what comes back with the person.
fn choosing() -> (Option<Record>, Choosing) {
    let login = Login { projects: Projects::One, ..Fixture::new().login() };
    let cookie = login.cookie.clone();
    let (record, _) = apply(None, LoginCommand::Create(Box::new(login.clone())), 100);
    let (record, reply) = apply(record, take(&cookie), 100);
    assert!(matches!(reply, LoginReply::Taken(_)));
    (record, Choosing { login, person: "sealed".into(), expires_at: 2000 })
}

fn look(cookie: &str) -> LoginCommand {
    LoginCommand::Look { cookie: cookie.into() }
}

fn finish(cookie: &str) -> LoginCommand {
    LoginCommand::Finish { cookie: cookie.into() }
}

fn choose(choosing: &Choosing) -> LoginCommand {
    LoginCommand::Choose(Box::new(choosing.clone()))
}

#[test]
fn a_choice_is_looked_at_freely_and_made_once_by_its_own_browser() {
    let (record, choosing) = choosing();
    let cookie = choosing.login.cookie.clone();
    let (record, reply) = apply(record, choose(&choosing), 100);
    assert!(matches!(reply, LoginReply::Created));

    for _ in 0..2 {
        let (unchanged, reply) = apply(record.clone(), look(&cookie), 1999);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::Choosing(_)));
    }
    for command in [look("other"), finish("other")] {
        let (unchanged, reply) = apply(record.clone(), command, 100);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::OtherBrowser));
    }

    let (record, reply) = apply(record, finish(&cookie), 1999);
    assert!(matches!(reply, LoginReply::Choosing(same) if *same == choosing));
    for command in [finish(&cookie), look(&cookie), choose(&choosing), take(&cookie)] {
        let (unchanged, reply) = apply(record.clone(), command, 100);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::Unknown));
    }
}

#[test]
fn an_old_choice_is_neither_shown_nor_made() {
    let (record, choosing) = choosing();
    let cookie = choosing.login.cookie.clone();
    let (record, _) = apply(record, choose(&choosing), 100);
    for command in [look(&cookie), finish(&cookie)] {
        let (unchanged, reply) = apply(record.clone(), command, choosing.expires_at);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::Unknown));
    }
}

#[test]
fn only_the_sign_in_that_was_taken_for_a_choice_comes_back_with_one() {
    let (record, choosing) = choosing();
    // The same sign-in cannot be taken out a second time while the callback is at work.
    let (unchanged, reply) = apply(record.clone(), take(&choosing.login.cookie), 100);
    assert!(unchanged.is_none() && matches!(reply, LoginReply::Unknown));

    let foreign = Choosing {
        login: Login { cookie: "other".into(), ..choosing.login.clone() },
        ..choosing.clone()
    };
    let (unchanged, reply) = apply(record, choose(&foreign), 100);
    assert!(unchanged.is_none() && matches!(reply, LoginReply::Unknown));

    let open = Some(Record::Open(Box::new(choosing.login.clone())));
    for record in [None, open, Some(Record::Used)] {
        let (unchanged, reply) = apply(record, choose(&choosing), 100);
        assert!(unchanged.is_none() && matches!(reply, LoginReply::Unknown));
    }
}

#[test]
fn a_sign_in_without_a_choice_ends_when_it_is_taken() {
    for projects in [Projects::All, Projects::Fixed("id".into())] {
        let login = Login { projects, ..Fixture::new().login() };
        let record = Some(Record::Open(Box::new(login.clone())));
        let (record, _) = apply(record, take(&login.cookie), 100);
        assert_eq!(record, Some(Record::Used));
    }
}

/// Moves of a browser and of the callback, for sequences at random.
fn any_command() -> impl proptest::strategy::Strategy<Value = (u8, bool, u64)> {
    (0_u8..5, proptest::bool::weighted(0.8), 0_u64..400)
}

proptest::proptest! {
    /// Whatever comes in whatever order, a sign-in is taken at most once and a choice is made at most
    /// once, never by another browser, never late, and never without the sign-in before it.
    #[test]
    fn at_most_one_choice_comes_of_a_sign_in(moves in proptest::collection::vec(any_command(), 0..40)) {
        let login = Login { projects: Projects::One, ..Fixture::new().login() };
        let (mut record, mut now) = (None, 1000);
        let (mut taken, mut finished) = (0, 0);
        for (kind, own, wait) in moves {
            now += wait;
            let cookie = if own { login.cookie.clone() } else { "other".to_owned() };
            let expires_at = now + LIFETIME;
            let choosing = Choosing { login: login.clone(), person: "sealed".into(), expires_at };
            let command = match kind {
                0 => LoginCommand::Create(Box::new(login.clone())),
                1 => LoginCommand::Take { cookie },
                // The callback sends this only after it took the sign-in out.
                2 if taken > 0 => LoginCommand::Choose(Box::new(choosing)),
                3 => LoginCommand::Look { cookie },
                _ => LoginCommand::Finish { cookie },
            };
            let finishes = matches!(command, LoginCommand::Finish { .. });
            let (changed, reply) = apply(record.clone(), command, now);
            match reply {
                LoginReply::Taken(_) => {
                    taken += 1;
                    proptest::prop_assert!(own && now < login.expires_at);
                }
                LoginReply::Choosing(found) => {
                    finished += u32::from(finishes);
                    proptest::prop_assert!(own && taken == 1 && now < found.expires_at);
                }
                _ => {}
            }
            record = changed.or(record);
        }
        proptest::prop_assert!(taken <= 1 && finished <= 1);
    }
}
