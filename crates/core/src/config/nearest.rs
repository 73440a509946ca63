//! The name that was probably meant.

/// The candidate that is most like a name, if one is.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = known.map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let best = likeness.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 >= ENOUGH).then_some(best.1)
}

/// How alike two names are of which one was meant for the other.
const ENOUGH: f64 = 0.5;

/// From the parser's word on an unknown field, the known one that is most like it: "unknown field `a`, expected one of `b`, `c`".
pub(super) fn to_unknown_field(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("unknown field `")?;
    let mut names = rest.split('`').step_by(2);
    let unknown = names.next()?;
    nearest(unknown, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_told_if_it_is_near() {
        let known = ["prefer-text", "drop-table"];
        assert_eq!(
            nearest("prefer-txt", known.into_iter()),
            Some("prefer-text")
        );
        assert_eq!(nearest("xyz", known.into_iter()), None);
        let message = "unknown field `postgress`, expected one of `postgres`, `rules`";
        assert_eq!(to_unknown_field(message), Some("postgres"));
    }
}
