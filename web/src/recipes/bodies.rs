use super::Tool;

/// A field of a recipe's form.
pub struct Field {
    pub label: &'static str,
    pub initial: &'static str,
}

/// What a migration does, up and down.
pub struct Body {
    pub up: String,
    pub down: String,
}

/// A kind of migration that is often needed.
pub struct Recipe {
    pub name: &'static str,
    /// When to take it, and what it sees to.
    pub about: &'static str,
    pub fields: &'static [Field],
    /// The migration's title, from the values of the fields.
    pub title: fn(&[&str]) -> String,
    pub body: fn(Tool, &[&str]) -> Body,
}

const fn field(label: &'static str, initial: &'static str) -> Field {
    Field { label, initial }
}

/// All recipes, the most wanted first.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        name: "Table of a tenant",
        about: "A new table with its tenant's column, the foreign key and its index.",
        fields: &[
            field("Table", "workbench"),
            field("Tenant column", "org_id"),
            field("Tenant table", "org"),
        ],
        title: |values| format!("Create {}", at(values, 0)),
        body: tenant_table,
    },
    Recipe {
        name: "Column with a backfill",
        about: "Nullable first, filled, then required by a check that is validated without blocking writes.",
        fields: &[
            field("Table", "tool"),
            field("Column", "status"),
            field("Type, in SQL", "text"),
            field("Value for the rows there are, in SQL", "'available'"),
        ],
        title: |values| format!("Add {} to {}", at(values, 1), at(values, 0)),
        body: backfilled_column,
    },
    Recipe {
        name: "Rename of a column",
        about: "Readers of the old name break at once: only for columns that no running code reads.",
        fields: &[
            field("Table", "tool"),
            field("Column", "label"),
            field("New name", "title"),
        ],
        title: |values| {
            format!(
                "Rename {}.{} to {}",
                at(values, 0),
                at(values, 1),
                at(values, 2)
            )
        },
        body: rename,
    },
    Recipe {
        name: "Index on a table in use",
        about: "Built concurrently, outside a transaction, so that writes go on.",
        fields: &[field("Table", "tool"), field("Columns", "status")],
        title: |values| format!("Index {} of {}", at(values, 1), at(values, 0)),
        body: index,
    },
    Recipe {
        name: "Foreign key",
        about: "Added as NOT VALID, then validated: the rows are checked while writes go on.",
        fields: &[
            field("Table", "loan"),
            field("Column", "tool_id"),
            field("Referenced table", "tool"),
        ],
        title: |values| format!("Reference {} from {}", at(values, 2), at(values, 0)),
        body: foreign_key,
    },
    Recipe {
        name: "Change of data",
        about: "One statement for a table of moderate size, with what takes it back.",
        fields: &[
            field("Table", "tool"),
            field("SET", "status = 'lent'"),
            field("WHERE", "status = 'out'"),
            field("SET, to take it back", "status = 'out'"),
            field("WHERE, to take it back", "status = 'lent'"),
        ],
        title: |values| format!("Update {}", at(values, 0)),
        body: data,
    },
    Recipe {
        name: "Update in batches",
        about: "For a large table: each batch commits by itself, so that no lock is held long.",
        fields: &[
            field("Table", "loan"),
            field("SET", "kind = 'short'"),
            field("WHERE", "kind IS NULL"),
            field("Rows in a batch", "5000"),
        ],
        title: |values| format!("Update {} in batches", at(values, 0)),
        body: batches,
    },
    Recipe {
        name: "Empty",
        about: "Name, header and parent only.",
        fields: &[field("What it does", "Describe the change")],
        title: |values| at(values, 0).to_owned(),
        body: |tool, _| match tool {
            Tool::Alembic => both("pass", "pass"),
            _ => both("-- What it does.", "-- What takes it back."),
        },
    },
];

fn at<'a>(values: &[&'a str], index: usize) -> &'a str {
    values.get(index).copied().unwrap_or_default()
}

fn both(up: impl Into<String>, down: impl Into<String>) -> Body {
    let lines = |text: String| format!("{}\n", text.trim_end());
    Body {
        up: lines(up.into()),
        down: lines(down.into()),
    }
}

/// SQL as Alembic runs it.
fn executed(sql: &str) -> String {
    format!("op.execute({})", quoted(sql))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

const TIMEOUT: &str = "SET LOCAL lock_timeout = '5s'";

fn tenant_table(tool: Tool, values: &[&str]) -> Body {
    let (table, tenant, parent) = (at(values, 0), at(values, 1), at(values, 2));
    match tool {
        Tool::Alembic => both(
            format!(
                r#"{timeout}
op.create_table(
    "{table}",
    sa.Column("id", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"), nullable=False),
    sa.Column("{tenant}", postgresql.UUID(as_uuid=True), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_{table}"),
    sa.ForeignKeyConstraint(["{tenant}"], ["{parent}.id"], name="fk_{table}_{tenant}"),
)
op.create_index("ix_{table}_{tenant}", "{table}", ["{tenant}"])"#,
                timeout = executed(TIMEOUT),
            ),
            format!(
                "op.drop_index(\"ix_{table}_{tenant}\", table_name=\"{table}\")\nop.drop_table(\"{table}\")"
            ),
        ),
        _ => both(
            format!(
                "{TIMEOUT};\nCREATE TABLE {table} (\n    id uuid DEFAULT gen_random_uuid() CONSTRAINT pk_{table} PRIMARY KEY,\n    \
                 {tenant} uuid NOT NULL CONSTRAINT fk_{table}_{tenant} REFERENCES {parent} (id),\n    \
                 created_at timestamptz NOT NULL DEFAULT now(),\n    updated_at timestamptz NOT NULL DEFAULT now()\n);\n\
                 CREATE INDEX ix_{table}_{tenant} ON {table} ({tenant});"
            ),
            format!("DROP TABLE {table};"),
        ),
    }
}

fn statements(tool: Tool, up: &[String], down: &[String]) -> Body {
    let written = |statements: &[String]| {
        let line = |sql: &String| match tool {
            Tool::Alembic => executed(sql),
            _ => format!("{sql};"),
        };
        statements.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    both(written(up), written(down))
}

fn backfilled_column(tool: Tool, values: &[&str]) -> Body {
    let (table, column, kind, value) = (at(values, 0), at(values, 1), at(values, 2), at(values, 3));
    let check = format!("ck_{table}_{column}_present");
    statements(
        tool,
        &[
            TIMEOUT.to_owned(),
            format!("ALTER TABLE {table} ADD COLUMN {column} {kind}"),
            format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"),
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"
            ),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check}"),
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {check}"),
        ],
        &[
            TIMEOUT.to_owned(),
            format!("ALTER TABLE {table} DROP COLUMN {column}"),
        ],
    )
}

fn rename(tool: Tool, values: &[&str]) -> Body {
    let (table, old, new) = (at(values, 0), at(values, 1), at(values, 2));
    let change = |old: &str, new: &str| match tool {
        Tool::Alembic => {
            format!("op.alter_column(\"{table}\", \"{old}\", new_column_name=\"{new}\")")
        }
        _ => format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new};"),
    };
    let timeout = match tool {
        Tool::Alembic => executed(TIMEOUT),
        _ => format!("{TIMEOUT};"),
    };
    both(
        format!("{timeout}\n{}", change(old, new)),
        format!("{timeout}\n{}", change(new, old)),
    )
}

fn index(tool: Tool, values: &[&str]) -> Body {
    let (table, columns) = (at(values, 0), at(values, 1));
    let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
    let name = format!("ix_{table}_{}", columns.join("_"));
    match tool {
        Tool::Alembic => {
            let list: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            both(
                format!(
                    "with op.get_context().autocommit_block():\n    op.create_index(\n        \"{name}\",\n        \"{table}\",\n        \
                     [{}],\n        postgresql_concurrently=True,\n    )",
                    list.join(", ")
                ),
                format!(
                    "with op.get_context().autocommit_block():\n    op.drop_index(\"{name}\", table_name=\"{table}\", \
                     postgresql_concurrently=True)"
                ),
            )
        }
        _ => both(
            format!(
                "CREATE INDEX CONCURRENTLY {name} ON {table} ({});",
                columns.join(", ")
            ),
            format!("DROP INDEX CONCURRENTLY {name};"),
        ),
    }
}

fn foreign_key(tool: Tool, values: &[&str]) -> Body {
    let (table, column, parent) = (at(values, 0), at(values, 1), at(values, 2));
    let name = format!("fk_{table}_{column}");
    statements(
        tool,
        &[
            TIMEOUT.to_owned(),
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {parent} (id) NOT VALID"
            ),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"),
        ],
        &[
            TIMEOUT.to_owned(),
            format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
        ],
    )
}

fn data(tool: Tool, values: &[&str]) -> Body {
    let table = at(values, 0);
    statements(
        tool,
        &[format!(
            "UPDATE {table} SET {} WHERE {}",
            at(values, 1),
            at(values, 2)
        )],
        &[format!(
            "UPDATE {table} SET {} WHERE {}",
            at(values, 3),
            at(values, 4)
        )],
    )
}

fn batches(tool: Tool, values: &[&str]) -> Body {
    let (table, set, wanted, size) = (at(values, 0), at(values, 1), at(values, 2), at(values, 3));
    let batch = format!(
        "UPDATE {table} SET {set} WHERE ctid IN (SELECT ctid FROM {table} WHERE {wanted} LIMIT {size})"
    );
    match tool {
        Tool::Alembic => both(
            format!(
                "with op.get_context().autocommit_block():\n    connection = op.get_bind()\n    while True:\n        \
                 changed = connection.exec_driver_sql({}).rowcount\n        if changed == 0:\n            break",
                quoted(&batch)
            ),
            "# The rows keep their new values: nobody knows the old ones.\npass",
        ),
        _ => both(
            format!(
                "-- Run it outside a transaction, so that each batch commits by itself.\nDO $$\nDECLARE\n    changed bigint;\nBEGIN\n    \
                 LOOP\n        {batch};\n        GET DIAGNOSTICS changed = ROW_COUNT;\n        EXIT WHEN changed = 0;\n        \
                 COMMIT;\n    END LOOP;\nEND\n$$;"
            ),
            "-- The rows keep their new values: nobody knows the old ones.",
        ),
    }
}
