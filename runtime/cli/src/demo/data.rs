//! The demo's data as constant tables, so that nothing is read or parsed at start-up.

mod comments;
mod issues;
mod people;
mod releases;

pub(super) use comments::COMMENTS;
pub(super) use issues::ISSUES;
pub(super) use people::{PEOPLE, TEAMS};
pub(super) use releases::{DEPLOYMENTS, Release};

#[cfg(test)]
mod tests {
    use super::*;

    /// A deployment's lines span just over two hours and must not overlap the next one's.
    const APART_MINUTES: u32 = 180;

    fn is_person(login: &str) -> bool {
        PEOPLE.iter().any(|person| person.login == login)
    }

    fn is_service(name: &str) -> bool {
        TEAMS.iter().any(|team| team.services.contains(&name))
    }

    #[test]
    fn issues_rise_and_name_what_is_there() {
        assert!(ISSUES.windows(2).all(|pair| pair[0].number < pair[1].number && pair[0].opened_at < pair[1].opened_at));
        for issue in ISSUES {
            assert!(is_service(issue.service), "{}", issue.number);
            assert!(is_person(issue.author) && issue.assignee.is_none_or(is_person), "{}", issue.number);
        }
    }

    #[test]
    fn comments_follow_their_issue() {
        let key = |comment: &super::super::tracker::Comment| (comment.issue, comment.written_at);
        assert!(COMMENTS.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
        for comment in COMMENTS {
            let issue = ISSUES.iter().find(|issue| issue.number == comment.issue).expect("an issue");
            assert!(issue.opened_at < comment.written_at && is_person(comment.author), "{}", issue.number);
        }
    }

    #[test]
    fn teams_and_people_name_each_other() {
        assert!(PEOPLE.windows(2).all(|pair| pair[0].login < pair[1].login));
        assert!(TEAMS.iter().all(|team| is_person(team.lead) && team.on_call.is_none_or(is_person)));
        assert!(PEOPLE.iter().all(|person| TEAMS.iter().any(|team| team.name == person.team)));
    }

    #[test]
    fn deployments_rise_and_leave_each_other_room() {
        assert!(DEPLOYMENTS.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].live_from < pair[1].live_from));
        for release in DEPLOYMENTS {
            assert!(is_service(release.service) && is_person(release.author), "{}", release.id);
            assert_eq!(release.errors == 0, release.fault.is_empty(), "{}", release.id);
            let mut later =
                DEPLOYMENTS.iter().filter(|other| other.service == release.service && other.id > release.id);
            let clear = later.next().is_none_or(|next| next.live_from >= release.live_from.plus(APART_MINUTES));
            assert!(clear, "{}", release.id);
        }
    }
}
