//! The guide's table of rules is the rules, and each leads to where it stands.

use hearthcast_checks::groups;
use hearthcast_model::check::CheckLevel;
use url::Url;

const GUIDE: &str = include_str!("../../../../docs/guide/check.md");
const BEGIN: &str = "<!-- rules: written from crates/checks, compared by its tests -->";

fn table() -> String {
    let mut lines = vec![];
    for group in groups() {
        lines.push(format!("\n### {}\n", capital(group.name)));
        lines.push("| code (`check.…`) | level | what is asked | whose rule | fix |".into());
        lines.push("|---|---|---|---|---|".into());
        for rule in group.rules {
            let level = match rule.level {
                CheckLevel::Error => "error",
                CheckLevel::Warning => "warning",
                CheckLevel::Advice => "advice",
            };
            let source = format!("[{}]({})", rule.source.name, rule.source.url);
            let fix = match rule.fix {
                None => "",
                Some(fix) if fix.safe => "safe",
                Some(_) => "when named",
            };
            lines.push(format!("| `{}` | {level} | {} | {source} | {fix} |", rule.id, rule.title));
        }
    }
    lines.join("\n") + "\n"
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn the_guide_lists_every_rule_as_it_is() {
    let (_, listed) = GUIDE.split_once(BEGIN).expect("the guide has the mark before its table");
    assert!(listed == table(), "docs/guide/check.md must end, after its mark, with:\n{}", table());
}

#[test]
fn point_4_every_rule_links_to_where_it_stands() {
    for rule in groups().iter().flat_map(|group| group.rules) {
        let link = Url::parse(rule.source.url).ok().filter(|link| link.scheme() == "https" && link.has_host());
        assert!(link.is_some(), "{} has no public link: \"{}\"", rule.id, rule.source.url);
    }
}
