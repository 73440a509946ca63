//! Dates, times and intervals as PostgreSQL prints them (`DateStyle` ISO, `IntervalStyle` postgres, `TimeZone` UTC).
//!
//! Only the plain forms are read. Words such as `now` and `tomorrow` mean another time each day, so they are not.

/// `2024-05-01`, also with a time after it, which a date drops.
pub(super) fn date(text: &str) -> Option<String> {
    if is_unbounded(text) {
        return Some(text.to_lowercase());
    }
    let (day, _) = split_day(text);
    Day::read(day).map(|day| day.to_string())
}

/// `2024-05-01 10:20:30.5`; a zone is ignored, as PostgreSQL ignores it.
pub(super) fn timestamp(text: &str) -> Option<String> {
    if is_unbounded(text) {
        return Some(text.to_lowercase());
    }
    if text.eq_ignore_ascii_case("epoch") {
        return Some("1970-01-01 00:00:00".to_owned());
    }
    let (day, rest) = split_day(text);
    let day = Day::read(day)?;
    let (clock, _) = Clock::read(rest)?;
    Some(format!("{day} {clock}"))
}

/// The same in UTC: `2024-05-01 10:20:30+00`.
pub(super) fn timestamp_with_zone(text: &str) -> Option<String> {
    if is_unbounded(text) {
        return Some(text.to_lowercase());
    }
    if text.eq_ignore_ascii_case("epoch") {
        return Some("1970-01-01 00:00:00+00".to_owned());
    }
    let (day, rest) = split_day(text);
    let day = Day::read(day)?;
    let (clock, zone) = Clock::read(rest)?;
    let seconds = clock.seconds - zone.unwrap_or_default();
    let day = day.moved(seconds.div_euclid(86_400));
    let clock = Clock {
        seconds: seconds.rem_euclid(86_400),
        fraction: clock.fraction,
    };
    Some(format!("{day} {clock}+00"))
}

/// `10:20:00`.
pub(super) fn time_of_day(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    Clock::read(text).map(|(clock, _)| clock.to_string())
}

fn is_unbounded(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text == "infinity" || text == "-infinity"
}

/// The day and what follows it.
fn split_day(text: &str) -> (&str, &str) {
    text.split_once([' ', 'T', 't']).unwrap_or((text, ""))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "a day has a day")]
struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        let read = Self {
            year: number(year)?,
            month: number(month)?,
            day: number(day)?,
        };
        // A day that does not exist comes back as another.
        (read.moved(0) == read).then_some(read)
    }

    /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    fn number(self) -> i64 {
        let year = if self.month <= 2 {
            self.year - 1
        } else {
            self.year
        };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (self.month + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    fn moved(self, days: i64) -> Self {
        let shifted = self.number() + days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Clock {
    seconds: i64,
    /// Digits after the point, without trailing zeros.
    fraction: String,
}

impl Clock {
    /// A time of day and its zone in seconds east of UTC. Nothing is midnight.
    fn read(text: &str) -> Option<(Self, Option<i64>)> {
        let text = text.trim();
        let (clock, zone) = match text.find(['+', '-', 'Z', 'z', ' ']) {
            Some(at) => (text.get(..at)?, Some(zone(text.get(at..)?.trim())?)),
            None => (text, None),
        };
        if clock.is_empty() {
            let midnight = Self {
                seconds: 0,
                fraction: String::new(),
            };
            return (text.is_empty() || zone.is_some()).then_some((midnight, zone));
        }
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = whole.split(':');
        let hours = number(parts.next()?)?;
        let minutes = number(parts.next()?)?;
        let seconds = parts.next().map_or(Some(0), number)?;
        let in_range = hours < 24 && minutes < 60 && seconds < 60;
        if parts.next().is_some() || !in_range || fraction.len() > 6 {
            return None;
        }
        if !fraction.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let clock = Self {
            seconds: hours * 3600 + minutes * 60 + seconds,
            fraction: fraction.trim_end_matches('0').to_owned(),
        };
        Some((clock, zone))
    }
}

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (hours, rest) = (self.seconds / 3600, self.seconds % 3600);
        write!(f, "{hours:02}:{:02}:{:02}", rest / 60, rest % 60)?;
        if self.fraction.is_empty() {
            Ok(())
        } else {
            write!(f, ".{}", self.fraction)
        }
    }
}

/// `Z`, `UTC`, `+02`, `-03:30`.
fn zone(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or(match rest.len() {
        4 => rest.split_at_checked(2)?,
        _ => (rest, "0"),
    });
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 9 && text.chars().all(|c| c.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// `1 day 02:00:00` from `1 day 2 hours`. `fields` is what the type says: `day`, `hour to minute`.
pub(super) fn interval(text: &str, fields: &str) -> Option<String> {
    let mut total = Interval::default();
    let mut words = text.split_whitespace().peekable();
    let mut any = false;
    while let Some(word) = words.next() {
        if word.contains(':') {
            let (sign, clock) = match word.strip_prefix('-') {
                Some(rest) => (-1, rest),
                None => (1, word),
            };
            let (clock, _) = Clock::read(clock)?;
            total.micros += sign * (clock.seconds * 1_000_000 + fraction_micros(&clock.fraction)?);
            any = true;
            continue;
        }
        let digits = word
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(word.len());
        let (amount, attached) = word.split_at_checked(digits)?;
        let unit = match attached {
            "" => match words.peek() {
                Some(_) => words.next()?,
                // A bare number counts what the type says, else seconds.
                None => fields
                    .rsplit(' ')
                    .next()
                    .filter(|f| !f.is_empty())
                    .unwrap_or("second"),
            },
            unit => unit,
        };
        total.add(amount, unit)?;
        any = true;
    }
    any.then(|| total.to_string())
}

fn fraction_micros(fraction: &str) -> Option<i64> {
    let padded = format!("{fraction:0<6}");
    number(padded.get(..6)?)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Interval {
    months: i64,
    days: i64,
    micros: i64,
}

impl Interval {
    fn add(&mut self, amount: &str, unit: &str) -> Option<()> {
        let (sign, digits) = match amount.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, amount.strip_prefix('+').unwrap_or(amount)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = sign * number(whole)?;
        let unit = unit.to_ascii_lowercase();
        let seconds = match unit.as_str() {
            "second" | "seconds" | "sec" | "secs" | "s" => 1,
            "minute" | "minutes" | "min" | "mins" | "m" => 60,
            "hour" | "hours" | "hr" | "hrs" | "h" => 3600,
            _ => 0,
        };
        if seconds > 0 {
            let micros = if fraction.is_empty() {
                0
            } else {
                fraction_micros(fraction)?
            };
            self.micros += (whole * 1_000_000 + sign * micros) * seconds;
            return Some(());
        }
        // Fractions of longer units spill over into shorter ones: not read.
        if !fraction.is_empty() {
            return None;
        }
        match unit.as_str() {
            "millisecond" | "milliseconds" | "ms" | "msec" => self.micros += whole * 1000,
            "day" | "days" | "d" => self.days += whole,
            "week" | "weeks" | "w" => self.days += whole * 7,
            "month" | "months" | "mon" | "mons" => self.months += whole,
            "year" | "years" | "yr" | "yrs" | "y" => self.months += whole * 12,
            _ => return None,
        }
        Some(())
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        let mut part = |count: i64, word: &str| {
            if count != 0 {
                let plural = if count == 1 { "" } else { "s" };
                parts.push(format!("{count} {word}{plural}"));
            }
        };
        part(self.months / 12, "year");
        part(self.months % 12, "mon");
        part(self.days, "day");
        let (sign, micros) = if self.micros < 0 {
            ("-", -self.micros)
        } else {
            ("", self.micros)
        };
        if micros != 0 || parts.is_empty() {
            let clock = Clock {
                seconds: micros / 1_000_000,
                fraction: match micros % 1_000_000 {
                    0 => String::new(),
                    rest => format!("{rest:06}").trim_end_matches('0').to_owned(),
                },
            };
            parts.push(format!("{sign}{clock}"));
        }
        f.write_str(&parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_postgresql_prints_them() {
        assert_eq!(date("2024-02-29").as_deref(), Some("2024-02-29"));
        assert_eq!(date("2023-02-29"), None);
        assert_eq!(
            timestamp("2024-05-01").as_deref(),
            Some("2024-05-01 00:00:00")
        );
        assert_eq!(
            timestamp_with_zone("2024-05-01T01:30:00.50+02:00").as_deref(),
            Some("2024-04-30 23:30:00.5+00")
        );
        assert_eq!(timestamp("now"), None);
        assert_eq!(time_of_day("9:05").as_deref(), Some("09:05:00"));
    }

    #[test]
    fn intervals_print_as_postgresql_prints_them() {
        let cases = [
            ("1 day", "1 day"),
            ("24 hours", "24:00:00"),
            ("90 minutes", "01:30:00"),
            ("14 months", "1 year 2 mons"),
            ("2 weeks 3d", "17 days"),
            ("1 day 02:03", "1 day 02:03:00"),
            ("-5 minutes", "-00:05:00"),
            ("0", "00:00:00"),
            ("1.5 seconds", "00:00:01.5"),
        ];
        for (text, expected) in cases {
            assert_eq!(interval(text, "").as_deref(), Some(expected), "{text}");
        }
        assert_eq!(interval("soon", ""), None);
    }
}
