use crate::config::RuleLevel;
use crate::fix::{Fix, another_parent};
use crate::history::{HistoryProblem, MigrationIndex};
use crate::migration::Migration;
use crate::review::Review;
use crate::rules::history::conflict::{self, Conflict};
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// More than one head.
pub const RULE: Rule = Rule {
    id: "multiple-heads",
    class: Class::History,
    level: RuleLevel::Error,
    title: "The history has several heads",
    summary: "Two migrations have no successor, so `alembic upgrade head` does not know which \
        one is meant.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("multiple-heads.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    let problems = review.history.problems.iter();
    let heads = problems.filter_map(|problem| match problem {
        HistoryProblem::MultipleHeads { heads } => Some(heads),
        _ => None,
    });
    heads.filter_map(|heads| draft(review, heads)).collect()
}

fn draft(review: &Review, heads: &[MigrationIndex]) -> Option<Draft> {
    let migrations: Vec<&Migration> = heads
        .iter()
        .filter_map(|index| review.migration(*index))
        .collect();
    let (last, others) = place::primary(review, &migrations)?;
    let ids: Vec<&str> = migrations
        .iter()
        .map(|migration| migration.header.revision.as_str())
        .collect();
    let conflicts = conflicts_between(review, heads);
    let told: Vec<&str> = conflicts.iter().map(|found| found.told.as_str()).collect();
    let mut message = format!(
        "The history has {} heads: {}. `alembic upgrade head` refuses with \
            \u{201c}Multiple head revisions\u{201d}.",
        ids.len(),
        ids.join(", ")
    );
    if !told.is_empty() {
        message.push_str(&format!(
            " They do not get along: {}. A merge revision does not settle that.",
            told.join("; ")
        ));
    }
    let help = format!(
        "Merge them: a file with down_revision = ({}) and nothing in upgrade() and downgrade(), which \
            `retort heads --merge` prints, and `alembic merge -m \"merge\" {}` writes. Or set down_revision of the newer one to the other, \
            while nobody has run it.",
        ids.iter()
            .map(|id| format!("{id:?}"))
            .collect::<Vec<_>>()
            .join(", "),
        ids.join(" ")
    );
    let draft = Draft::new(place::id(last), message)
        .help(help)
        .about(ids.join(", "))
        .fix(match conflicts.is_empty() {
            true => in_line(review, heads, last),
            false => None,
        });
    let draft = others.iter().fold(draft, |draft, other| {
        draft.related(
            place::id(other),
            format!("{} is a head too", other.header.revision),
        )
    });
    let related = conflicts.into_iter();
    Some(related.fold(draft, |draft, found| draft.related(found.place, found.told)))
}

/// What each two of them both change.
fn conflicts_between(review: &Review, heads: &[MigrationIndex]) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (at, first) in heads.iter().enumerate() {
        for second in heads.iter().skip(at + 1) {
            found.extend(conflict::conflicts(review, *first, *second));
        }
    }
    found
}

/// Of two heads, the branch of the one under review behind the other one.
fn in_line(review: &Review, heads: &[MigrationIndex], last: &Migration) -> Option<Fix> {
    let [first, second] = *heads else { return None };
    let is_last = |index: MigrationIndex| {
        let migration = review.migration(index);
        migration.is_some_and(|migration| migration.header.revision == last.header.revision)
    };
    let (moved, kept) = match is_last(second) {
        true => (second, first),
        false => (first, second),
    };
    let branch = conflict::own_branch(review, moved, kept);
    let parent = &review.migration(kept)?.header.revision;
    another_parent(review, *branch.first()?, parent)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::fix::Fix;
    use crate::migration::SourceFile;
    use crate::review::{Input, review};
    use crate::rules::Finding;
    use crate::text::apply_edits;

    fn revision(id: &str, parent: &str, body: &str) -> Input {
        let text = format!(
            "\"\"\"Step.\n\nRevision ID: {id}\nRevises: {parent}\nCreate Date: 2026-01-01 10:00:00\n\"\"\"\n\
             import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{id}'\ndown_revision = {}\n\n\n\
             def upgrade():\n    {body}\n",
            match parent {
                "" => "None".to_owned(),
                parent => format!("'{parent}'"),
            }
        );
        Input {
            file: SourceFile {
                path: format!("versions/{id}_step.py").into(),
                text: text.into(),
            },
            history: false,
        }
    }

    const BASE: &str = "op.create_table('tree', sa.Column('id', sa.Integer, primary_key=True), \
                        sa.Column('height', sa.Integer), sa.Column('kind', sa.Text))";

    fn files(first: &str, second: &str) -> Vec<Input> {
        vec![
            revision("0001", "", BASE),
            revision("0002", "0001", first),
            revision("0003", "0001", second),
        ]
    }

    fn found(inputs: Vec<Input>) -> Option<Finding> {
        let review = review(inputs, None, Config::default());
        let mut findings = review.findings.into_iter();
        findings.find(|finding| finding.rule.id == "multiple-heads")
    }

    #[test]
    fn branches_that_get_along_are_put_in_line() {
        let inputs = || {
            files(
                "op.add_column('tree', sa.Column('age', sa.Integer))",
                "op.create_index('ix_tree_kind', 'tree', ['kind'])",
            )
        };
        let finding = found(inputs()).expect("two heads");
        assert!(
            !finding.message.contains("get along"),
            "{}",
            finding.message
        );
        let Some(Fix { edits, .. }) = finding.fix else {
            panic!("no repair");
        };
        let mut inputs = inputs();
        let last = inputs.last_mut().expect("three files");
        let edits: Vec<_> = edits.into_iter().map(|(_, edit)| edit).collect();
        last.file.text = apply_edits(&last.file.text, &edits)
            .expect("edits apply")
            .into();
        assert!(last.file.text.contains("Revises: 0002\n"));
        assert!(last.file.text.contains("down_revision = '0002'\n"));
        assert!(found(inputs).is_none());
    }

    #[test]
    fn a_merge_revision_makes_them_one() {
        let mut inputs = files("pass", "op.drop_column('tree', 'kind')");
        let merge = || crate::fix::merge_revision(&review(inputs.clone(), None, Config::default()));
        let file = merge().expect("two heads");
        assert_eq!(merge(), Some(file.clone()));
        assert!(file.path.starts_with("versions/"), "{}", file.path);
        inputs.push(Input {
            file,
            history: false,
        });
        let merged = review(inputs, None, Config::default());
        assert_eq!(merged.history.heads.len(), 1);
        assert!(merged.history.problems.is_empty());
        assert!(crate::fix::merge_revision(&merged).is_none());
    }

    #[test]
    fn branches_that_are_in_each_others_way_are_named() {
        for (first, second, told) in [
            (
                "op.alter_column('tree', 'height', type_=sa.BigInteger())",
                "op.alter_column('tree', 'height', nullable=False)",
                "0002 and 0003 both change tree.height",
            ),
            (
                "op.drop_column('tree', 'kind')",
                "op.create_index('ix_tree_kind', 'tree', ['kind'])",
                "0002 drops tree.kind, which 0003 uses",
            ),
            (
                "op.execute(\"UPDATE tree SET height = 1\")",
                "op.drop_table('tree')",
                "0003 drops tree, which 0002 uses",
            ),
        ] {
            let finding = found(files(first, second)).expect("two heads");
            assert!(finding.message.contains(told), "{}", finding.message);
            assert!(finding.fix.is_none());
        }
    }
}
