use serde_json::Value;

/// Keys whose text we do not claim to print as PostgreSQL does.
const NOT_COMPARED: [&str; 1] = ["definition"];

/// Where two catalogs differ, one line each: `tables/parcel/columns/weight/default: null instead of 0`.
pub fn differences(postgres: &Value, ours: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", postgres, ours, &mut found);
    found
}

fn compare(path: &str, postgres: &Value, ours: &Value, found: &mut Vec<String>) {
    match (postgres, ours) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                if !NOT_COMPARED.contains(&key.as_str()) {
                    compare(
                        &format!("{path}/{key}"),
                        value,
                        right.get(key).unwrap_or(&Value::Null),
                        found,
                    );
                }
            }
        }
        (Value::Array(left), Value::Array(right))
            if left
                .iter()
                .chain(right)
                .all(|item| item.get("name").is_some()) =>
        {
            compare_named(path, left, right, found);
        }
        _ if postgres == ours => {}
        _ => found.push(format!("{path}: {ours} instead of {postgres}")),
    }
}

fn compare_named(path: &str, postgres: &[Value], ours: &[Value], found: &mut Vec<String>) {
    for item in postgres {
        match ours.iter().find(|other| label(other) == label(item)) {
            Some(other) => compare(&format!("{path}/{}", label(item)), item, other, found),
            None => found.push(format!("{path}/{} is missing", label(item))),
        }
    }
    for item in ours {
        if !postgres.iter().any(|other| label(other) == label(item)) {
            found.push(format!("{path}/{} should not be there", label(item)));
        }
    }
    // Only what both have can stand in another order.
    let shared = |items: &[Value], others: &[Value]| -> Vec<String> {
        let known: Vec<String> = others.iter().map(label).collect();
        items
            .iter()
            .map(label)
            .filter(|name| known.contains(name))
            .collect()
    };
    let (theirs, mine) = (shared(postgres, ours), shared(ours, postgres));
    if theirs != mine {
        found.push(format!(
            "{path}: in the order {mine:?} instead of {theirs:?}"
        ));
    }
}

/// What tells one object of a list from the others.
fn label(item: &Value) -> String {
    let part = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
    let arguments = match item.get("arguments") {
        Some(_) => format!("({})", part("arguments")),
        None => String::new(),
    };
    match part("schema") {
        "" | "public" => format!("{}{arguments}", part("name")),
        schema => format!("{schema}.{}{arguments}", part("name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_is_told_with_its_path() {
        let postgres = json!({"tables": [{"name": "a", "columns": [{"name": "x", "default": "0"}]}, {"name": "b"}]});
        let ours = json!({"tables": [{"name": "a", "columns": [{"name": "x", "default": null}]}, {"name": "c"}]});
        assert_eq!(
            differences(&postgres, &ours),
            [
                "/tables/a/columns/x/default: null instead of \"0\"",
                "/tables/b is missing",
                "/tables/c should not be there"
            ]
        );
    }
}
