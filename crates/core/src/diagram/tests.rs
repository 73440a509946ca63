use std::sync::Arc;

use proptest::prelude::*;
use retort_report::{Change, Diagram, DiagramScope, RowKind};

use super::*;
use crate::schema::{
    Column, ForeignKeyConstraint, Index, IndexKeyPart, Key, KeyReference, Knowledge, Object,
    ObjectKind, ObjectName, RowSecurity, Table, TableKind, World,
};

// ------------------------------------------------------------------------------------------------- schemas, made by hand

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    Schema {
        tables: tables.into_iter().map(Arc::new).collect(),
        ..Schema::empty(World::Closed)
    }
}

/// A table with an `id` as its primary key and these columns.
fn table(name: &str, columns: &[&str]) -> Table {
    let id = Column {
        nullable: false,
        ..column("id", "bigint")
    };
    let rest = columns.iter().map(|name| column(name, "text"));
    Table {
        schema: "public".into(),
        name: name.into(),
        kind: TableKind::Table,
        persistence: "permanent",
        columns: std::iter::once(id).chain(rest).collect(),
        primary_key: Some(key(&format!("{name}_pkey"), &["id"])),
        unique_constraints: vec![],
        check_constraints: vec![],
        foreign_keys: vec![],
        exclusion_constraints: vec![],
        indexes: vec![],
        triggers: vec![],
        row_security: RowSecurity::default(),
        policies: vec![],
        statistics: vec![],
        partition_by: None,
        partition_of: None,
        inherits: vec![],
        options: vec![],
        comment: None,
        knowledge: Knowledge::Complete,
    }
}

fn column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.into(),
        data_type: data_type.into(),
        nullable: true,
        default: None,
        generated: None,
        identity: None,
        collation: None,
        comment: None,
        knowledge: Knowledge::Complete,
        generated_virtual: false,
        not_null_name: None,
        inherited: false,
    }
}

fn key(name: &str, columns: &[&str]) -> Key {
    Key {
        name: name.into(),
        columns: columns.iter().map(ToString::to_string).collect(),
        include: vec![],
        deferrable: false,
        initially_deferred: false,
        nulls_not_distinct: None,
        comment: None,
        part_of: None,
    }
}

fn reference(column: &str, to: &str) -> ForeignKeyConstraint {
    ForeignKeyConstraint {
        name: format!("{column}_fkey"),
        columns: vec![column.into()],
        references: KeyReference {
            schema: "public".into(),
            table: to.into(),
            columns: vec!["id".into()],
        },
        on_update: "no action",
        on_delete: "no action",
        match_type: "simple",
        deferrable: false,
        initially_deferred: false,
        validated: true,
        comment: None,
        not_enforced: false,
        delete_columns: vec![],
        part_of: None,
    }
}

fn index(name: &str, column: &str) -> Index {
    Index {
        name: name.into(),
        unique: false,
        method: "btree".into(),
        keys: vec![IndexKeyPart {
            column: Some(column.into()),
            expression: None,
            order: "asc",
            nulls: "last",
            opclass: None,
            collation: None,
        }],
        include: vec![],
        predicate: None,
        nulls_not_distinct: false,
        valid: true,
        options: vec![],
        comment: None,
        part_of: None,
    }
}

fn referencing(mut table: Table, keys: &[(&str, &str)]) -> Table {
    table.foreign_keys = keys
        .iter()
        .map(|(column, to)| reference(column, to))
        .collect();
    table
}

/// A seed library: gardens with plots, plots with sowings, seeds beside them.
fn garden() -> Schema {
    schema([
        table("garden", &["name"]),
        referencing(
            table("plot", &["garden_id", "label"]),
            &[("garden_id", "garden")],
        ),
        referencing(
            table("sowing", &["plot_id", "seed_id", "sown_on"]),
            &[("plot_id", "plot"), ("seed_id", "seed")],
        ),
        table("seed", &["name"]),
        table("weather", &["day"]),
    ])
}

fn name(name: &str) -> ObjectName {
    ObjectName::new("public", name)
}

fn change(schema: &Schema, name: &str, edit: impl FnOnce(&mut Table)) -> Schema {
    let mut tables = schema.tables.clone();
    tables.edit(&ObjectName::new("public", name), edit);
    Schema {
        tables,
        ..schema.clone()
    }
}

fn remove(schema: &Schema, name: &str) -> Schema {
    let mut tables = schema.tables.clone();
    tables.remove(&ObjectName::new("public", name));
    Schema {
        tables,
        ..schema.clone()
    }
}

fn rename_table(schema: &Schema, from: &str, to: &str) -> Schema {
    let mut tables = schema.tables.clone();
    let mut table = (*tables.remove(&ObjectName::new("public", from)).unwrap()).clone();
    table.name = to.into();
    tables.insert(Arc::new(table));
    let follow = |table: &Arc<Table>| {
        let mut table = (**table).clone();
        for key in &mut table.foreign_keys {
            if key.references.table == from {
                key.references.table = to.into();
            }
        }
        Arc::new(table)
    };
    Schema {
        tables: tables.values().map(follow).collect(),
        ..schema.clone()
    }
}

fn changed(before: &Schema, after: &Schema) -> Diagram {
    between(before, after, &[], DiagramScope::Changed)
}

fn card<'a>(diagram: &'a Diagram, key: &str) -> &'a TableCard {
    diagram.tables.iter().find(|card| card.key == key).unwrap()
}

fn keys(diagram: &Diagram) -> Vec<&str> {
    diagram
        .tables
        .iter()
        .map(|card| card.key.as_str())
        .collect()
}

/// Every row that changed: `+ column slug`.
fn changes(card: &TableCard) -> Vec<String> {
    card.rows
        .iter()
        .filter(|row| row.change != Change::Unchanged)
        .map(|row| {
            format!(
                "{} {}: {}",
                retort_report::Mark::from(row.change).sign(),
                row.name,
                row.detail
            )
        })
        .collect()
}

// ---------------------------------------------------------------------------------------------------------------- tests

#[test]
fn only_what_changed_is_shown_with_its_neighbours() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        plot.columns.push(column("slug", "text"))
    });
    let diagram = changed(&before, &after);
    assert_eq!(keys(&diagram), ["plot", "garden", "sowing"]);
    assert_eq!(diagram.hidden_tables, 2);
    assert_eq!(changes(card(&diagram, "plot")), ["+ slug: text"]);
    // Neighbours show their keys only.
    let rows: Vec<&str> = card(&diagram, "sowing")
        .rows
        .iter()
        .map(|row| row.name.as_str())
        .collect();
    assert_eq!(rows, ["id", "plot_id"]);
    assert_eq!(card(&diagram, "sowing").hidden_rows, 2);
    assert_eq!(
        diagram.description,
        "3 tables: changed plot; 2 unchanged tables; 2 more not shown."
    );
}

#[test]
fn nothing_changed_is_an_empty_picture_that_says_so() {
    let diagram = changed(&garden(), &garden());
    assert!(diagram.tables.is_empty());
    assert_eq!(
        diagram.description,
        "0 tables: no table changed; 5 more not shown."
    );
}

#[test]
fn a_new_table_and_a_dropped_one() {
    let before = garden();
    let after = remove(&before, "weather");
    let mut tables: Vec<Table> = after
        .tables
        .values()
        .map(|table| (**table).clone())
        .collect();
    tables.push(referencing(
        table("visit", &["garden_id"]),
        &[("garden_id", "garden")],
    ));
    let diagram = changed(&before, &schema(tables));
    assert_eq!(card(&diagram, "visit").change, Change::Added);
    assert_eq!(card(&diagram, "weather (removed)").change, Change::Removed);
    assert_eq!(card(&diagram, "garden").change, Change::Unchanged);
    let edge = diagram
        .edges
        .iter()
        .find(|edge| edge.from == "visit")
        .unwrap();
    assert_eq!(edge.change, Change::Added);
    assert_eq!(
        edge.description,
        "visit.garden_id references garden.id, added"
    );
    assert!(edge.optional && !edge.unique);
}

#[test]
fn a_changed_column_says_what_it_was() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        let label = plot
            .columns
            .iter_mut()
            .find(|column| column.name == "label")
            .unwrap();
        label.data_type = "character varying(40)".into();
        label.nullable = false;
        label.default = Some("''::character varying".into());
    });
    let diagram = changed(&before, &after);
    let row = card(&diagram, "plot")
        .rows
        .iter()
        .find(|row| row.name == "label")
        .unwrap();
    assert_eq!(row.change, Change::Changed);
    assert_eq!(row.before.as_deref(), Some("text, nullable, no default"));
    assert_eq!(
        row.detail,
        "character varying(40), not null, default ''::character varying"
    );
    assert_eq!(row.badges, ["NN"]);
}

#[test]
fn a_renamed_table_is_the_same_table_and_its_keys_did_not_change() {
    let before = garden();
    let after = rename_table(&before, "garden", "orchard");
    let renames = [Rename {
        from: Object::new(ObjectKind::Table, &name("garden")),
        to: name("orchard"),
    }];
    let diagram = between(&before, &after, &renames, DiagramScope::Changed);
    let orchard = card(&diagram, "orchard");
    assert_eq!(
        (orchard.change, orchard.renamed_from.as_deref()),
        (Change::Changed, Some("garden"))
    );
    assert!(
        diagram
            .edges
            .iter()
            .all(|edge| edge.change == Change::Unchanged)
    );
    // Without the rename it is another table.
    let diagram = changed(&before, &after);
    assert_eq!(card(&diagram, "orchard").change, Change::Added);
    assert_eq!(card(&diagram, "garden (removed)").change, Change::Removed);
}

#[test]
fn a_renamed_column_keeps_its_place_and_its_key() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        plot.columns[1].name = "orchard_id".into();
        plot.foreign_keys[0].columns = vec!["orchard_id".into()];
    });
    let renames = [Rename {
        from: Object::on(ObjectKind::Column, "garden_id", &name("plot")),
        to: name("orchard_id"),
    }];
    let diagram = between(&before, &after, &renames, DiagramScope::Changed);
    let row = &card(&diagram, "plot").rows[1];
    assert_eq!(row.renamed_from.as_deref(), Some("garden_id"));
    let edge = diagram
        .edges
        .iter()
        .find(|edge| edge.from == "plot")
        .unwrap();
    assert_eq!(edge.change, Change::Unchanged);
}

#[test]
fn names_through_several_renames() {
    let mut renames = Renames::default();
    renames.rename_column(&name("a"), "x", "y");
    renames.rename_table(&name("a"), name("b"));
    renames.rename_column(&name("b"), "y", "z");
    renames.rename_table(&name("b"), name("c"));
    assert_eq!(renames.table_before(&name("c")), &name("a"));
    assert_eq!(renames.column_before(&name("c"), "z"), "x");
    assert_eq!(renames.column_after(&name("c"), "x"), "z");
    renames.rename_table(&name("c"), name("a"));
    renames.rename_column(&name("a"), "z", "x");
    assert_eq!(renames, Renames::default());
}

#[test]
fn indexes_and_constraints_are_rows() {
    let before = change(&garden(), "plot", |plot| {
        plot.indexes.push(index("ix_plot_label", "label"));
        plot.unique_constraints
            .push(key("uq_old_name", &["garden_id", "label"]));
    });
    let after = change(&before, "plot", |plot| {
        plot.indexes[0].unique = true;
        plot.unique_constraints[0].name = "uq_new_name".into();
    });
    let diagram = changed(&before, &after);
    let rows = &card(&diagram, "plot").rows;
    let index = rows.iter().find(|row| row.kind == RowKind::Index).unwrap();
    assert_eq!(index.before.as_deref(), Some("btree (label)"));
    assert_eq!(index.detail, "unique btree (label)");
    let unique = rows.iter().find(|row| row.name == "uq_new_name").unwrap();
    assert_eq!(
        (unique.change, unique.renamed_from.as_deref()),
        (Change::Changed, Some("uq_old_name"))
    );
    let label = rows.iter().find(|row| row.name == "label").unwrap();
    assert_eq!(label.badges, ["U"]);
}

#[test]
fn a_table_that_is_only_assumed_is_not_new() {
    let after = change(&garden(), "weather", |weather| {
        weather.knowledge = Knowledge::Assumed;
        weather.primary_key = None;
        for column in &mut weather.columns {
            column.knowledge = Knowledge::Assumed;
        }
    });
    let before = remove(&garden(), "weather");
    assert!(changed(&before, &after).tables.is_empty());
    let all = between(&after, &after, &[], DiagramScope::All);
    assert!(card(&all, "weather").assumed);
}

#[test]
fn a_table_that_references_itself_has_a_loop() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        plot.columns.push(column("parent_id", "bigint"));
        plot.foreign_keys.push(reference("parent_id", "plot"));
    });
    let diagram = changed(&before, &after);
    let plot = card(&diagram, "plot");
    let edge = diagram
        .edges
        .iter()
        .find(|edge| edge.from == edge.to)
        .unwrap();
    assert!(edge.path.starts_with(&format!("M{} ", plot.x + plot.width)));
    assert!(diagram.width > plot.x + plot.width);
}

#[test]
fn a_long_table_shows_what_changed_and_its_keys() {
    let names: Vec<String> = (0..30).map(|at| format!("c{at:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let before = schema([table("wide", &names)]);
    let after = change(&before, "wide", |wide| wide.columns[7].nullable = false);
    let diagram = changed(&before, &after);
    let rows: Vec<&str> = card(&diagram, "wide")
        .rows
        .iter()
        .map(|row| row.name.as_str())
        .collect();
    assert_eq!(rows, ["id", "c06"]);
    assert_eq!(card(&diagram, "wide").hidden_rows, 29);
}

#[test]
fn the_svg_says_in_words_what_it_shows() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        plot.columns.remove(2);
        plot.columns.push(column("slug", "text"));
    });
    let picture = svg(&changed(&before, &after), Theme::Light);
    for text in [
        "role=\"img\"",
        "aria-label=\"table plot, changed\"",
        "aria-label=\"column slug, text, added\"",
        "aria-label=\"column label, text, removed\"",
        "aria-label=\"plot.garden_id references garden.id\"",
        ">+</text>",
        ">−</text>",
    ] {
        assert!(picture.contains(text), "{text}");
    }
    insta::assert_snapshot!(picture);
}

#[test]
fn mermaid_and_dbml_carry_the_same() {
    let before = garden();
    let after = change(&before, "plot", |plot| {
        plot.columns.push(column("slug", "text"))
    });
    insta::assert_snapshot!(mermaid(&changed(&before, &after)));
    insta::assert_snapshot!(dbml(&after));
}

#[test]
fn what_a_person_moved_or_hid_leaves_the_rest_where_it_was() {
    let before = schema([]);
    let after = schema([
        table("orchard", &["name"]),
        referencing(table("tree", &["orchard_id"]), &[("orchard_id", "orchard")]),
        table("press", &["name"]),
    ]);
    let laid_out = lay_out(&before, &after, &[], DiagramScope::All, &[]);
    let plain = laid_out.arranged(&Arrangement::default());
    let place = |diagram: &Diagram, key: &str| {
        let card = diagram.tables.iter().find(|card| card.key == key);
        card.map(|card| (card.x, card.y))
    };

    let moved = laid_out.arranged(&Arrangement {
        places: vec![retort_report::CardPlace {
            key: "tree".into(),
            x: -300.0,
            y: -100.0,
        }],
        ..Arrangement::default()
    });
    assert_eq!(place(&moved, "tree"), Some((-300.0, -100.0)));
    assert_eq!(place(&moved, "orchard"), place(&plain, "orchard"));
    assert!(
        moved.x < -300.0 && moved.y < -100.0,
        "it stays inside the picture"
    );
    assert_ne!(moved.edges[0].path, plain.edges[0].path, "the line follows");

    let hidden = laid_out.arranged(&Arrangement {
        hidden: vec!["orchard".into()],
        ..Arrangement::default()
    });
    assert_eq!(place(&hidden, "orchard"), None);
    assert_eq!(place(&hidden, "press"), place(&plain, "press"));
    assert!(hidden.edges.is_empty());
    assert_eq!(hidden.not_shown, ["orchard"]);
}

#[test]
fn a_far_table_can_be_brought_into_the_picture_of_a_change() {
    let before = schema([table("orchard", &[]), table("press", &[])]);
    let after = schema([table("orchard", &["name"]), table("press", &[])]);
    let keys = |also: &[String]| {
        let diagram = lay_out(&before, &after, &[], DiagramScope::Changed, also)
            .arranged(&Arrangement::default());
        let keys: Vec<String> = diagram.tables.into_iter().map(|card| card.key).collect();
        (keys, diagram.not_shown)
    };
    assert_eq!(keys(&[]), (vec!["orchard".into()], vec!["press".into()]));
    assert_eq!(
        keys(&["press".into()]),
        (vec!["orchard".into(), "press".into()], vec![])
    );
}

/// XML well-formedness, as far as names can break it.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_is_only_text(name in "\\PC{1,30}", other in "[<>&\"'\\]\\[-]{1,12}") {
        let mut hostile = table(&name, &[&other]);
        hostile.comment = Some(other.clone());
        let picture = svg(&changed(&schema([]), &schema([hostile])), Theme::System);
        prop_assert!(!picture.contains("<img") && !picture.contains("<script"));
        assert_well_formed(&picture);
    }

    #[test]
    fn pictures_are_sound_and_repeatable(
        references in prop::collection::vec((0_usize..12, 0_usize..12), 0..24),
        gone in prop::collection::vec(0_usize..12, 0..4),
    ) {
        let mut tables: Vec<Table> = (0..12).map(|at| table(&format!("t{at:02}"), &["a", "b"])).collect();
        for (from, to) in references {
            tables[from].foreign_keys.push(reference("a", &format!("t{to:02}")));
        }
        let before = schema(tables);
        let after = gone.iter().fold(before.clone(), |schema, at| remove(&schema, &format!("t{at:02}")));
        for scope in [DiagramScope::All, DiagramScope::Changed] {
            let diagram = between(&before, &after, &[], scope);
            for (at, one) in diagram.tables.iter().enumerate() {
                let ends = [one.x, one.y, one.x + one.width, one.y + one.height];
                prop_assert!(ends.iter().all(|value| value.is_finite()));
                prop_assert!(one.x + one.width <= diagram.width && one.y + one.height <= diagram.height);
                for other in diagram.tables.iter().skip(at + 1) {
                    let apart = one.x + one.width <= other.x || other.x + other.width <= one.x
                        || one.y + one.height <= other.y || other.y + other.height <= one.y;
                    prop_assert!(apart, "{} lies on {}", one.key, other.key);
                }
            }
            prop_assert!(diagram.edges.iter().all(|edge| !edge.path.contains("NaN")));
            prop_assert_eq!(between(&before, &after, &[], scope), diagram);
        }
    }
}
