//! The nearest name to one that is not known, and what serde says in words for people.

/// What stands for a value that no rule knows, where one is taken all the same.
pub(super) const UNKNOWN: &str = "(unknown)";

/// The candidate that was probably meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let is_start = name.len() >= 3 && lower.starts_with(&name);
            let distance = strsim::damerau_levenshtein(&name, &lower);
            (if is_start { distance.min(limit) } else { distance }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean", or else what there is to choose from under the words `otherwise`.
pub(super) fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
    otherwise: &str,
) -> Option<String> {
    if let Some(near) = nearest(name, candidates.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let names = quoted(candidates);
    (!names.is_empty()).then(|| format!("{otherwise} {names}"))
}

/// "`a`, `b`, `c`"
pub(super) fn quoted<'c>(names: impl IntoIterator<Item = &'c str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What serde says about a value, as message and help. `subject` names the value, `found` says
/// what kind of value it is.
pub(super) fn explain(subject: &str, found: &str, serde: &str) -> (String, Option<String>) {
    let expected = serde.rsplit_once(", expected ").map(|(_, expected)| expected);
    let names = serde.split('`').skip(1).step_by(2);
    let names: Vec<&str> = names.filter(|name| *name != UNKNOWN).collect();
    let (name, choices) = names.split_first().map_or(("", &[][..]), |(name, rest)| (*name, rest));
    if serde.starts_with("unknown field") {
        let help = did_you_mean(name, choices.iter().copied(), "known keys:");
        return (format!("unknown key `{name}`"), help);
    }
    if serde.starts_with("unknown variant") {
        let help = did_you_mean(name, choices.iter().copied(), "known values:");
        let subject = subject.trim_start_matches("value in ");
        return (format!("unknown value `{name}` for {subject}"), help);
    }
    if serde.starts_with("invalid value")
        && let Some(expected) = expected
    {
        let range = in_range(expected);
        return (format!("{subject} is {}, expected {range}", shown_value(serde, found)), None);
    }
    match expected {
        Some(expected) => (format!("{subject} is {found}, expected {}", in_words(expected)), None),
        None if serde.starts_with("not ") => (format!("{subject} is {}", on_one_line(serde)), None),
        None => (format!("{subject}: {}", on_one_line(serde)), None),
    }
}

/// Errors of regular expressions draw the place on lines of their own; the reason is the last.
fn on_one_line(message: &str) -> String {
    match message.split_once(": regex parse error:") {
        Some((head, tail)) => format!("{head}: {}", tail.rsplit("error: ").next().unwrap_or(tail)),
        None => message.replace('\n', " "),
    }
}

/// The value that serde quotes, or else its kind.
fn shown_value(serde: &str, found: &str) -> String {
    let value = serde.split('`').nth(1).or_else(|| serde.split('"').nth(1));
    value.map_or_else(|| found.to_owned(), |value| format!("`{value}`"))
}

fn in_words(expected: &str) -> &str {
    match expected {
        "usize" | "u64" | "u32" | "u16" | "u8" | "isize" | "i64" | "i32" | "i16" | "i8" => {
            "a whole number"
        }
        "f64" | "f32" => "a number",
        "a sequence" => "a list",
        "a map" => "a mapping",
        "string or map" | "a borrowed string" => "a string",
        "unit" => "nothing",
        _ if expected.starts_with("struct ") => "a mapping",
        _ => expected,
    }
}

fn in_range(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "usize" | "u64" | "u32" => "a whole number from 0",
        _ if expected.starts_with("a nonzero u") => "a whole number from 1",
        _ => in_words(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["line-length", "MD013", "no-hard-tabs"];
        assert_eq!(nearest("line_lenght", names), Some("line-length"));
        assert_eq!(nearest("md0133", names), Some("MD013"));
        assert_eq!(nearest("no-hard", names), Some("no-hard-tabs"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("whatever", names), None);
    }
}
