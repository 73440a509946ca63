//! Counting what test runners report.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Tally {
    pub fn one_passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub fn one_failed() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    /// Adds up the closing lines of `cargo test`:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`.
    pub fn of_cargo_test(text: &str) -> Self {
        let mut tally = Self::default();
        for line in text
            .lines()
            .filter(|line| line.starts_with("test result: "))
        {
            let numbers = line
                .split([';', '.'])
                .filter_map(|part| part.trim().split_once(' '));
            for (number, what) in numbers {
                let number = number.parse().unwrap_or(0);
                match what {
                    "passed" => tally.passed += number,
                    "failed" => tally.failed += number,
                    "ignored" => tally.skipped += number,
                    _ => {}
                }
            }
        }
        tally
    }

    /// Reads the closing lines of Node's test runner: `ℹ pass 3`, one number on each.
    pub fn of_node_test(text: &str) -> Self {
        let number = |what: &str| {
            text.lines()
                .filter_map(|line| line.strip_prefix("ℹ "))
                .filter_map(|line| line.strip_prefix(what)?.strip_prefix(' '))
                .filter_map(|number| number.trim().parse::<u32>().ok())
                .sum::<u32>()
        };
        Self {
            passed: number("pass"),
            failed: number("fail") + number("cancelled"),
            skipped: number("skipped") + number("todo"),
        }
    }

    /// The same with at least one failure when the runner failed or ran nothing, whatever it counted.
    pub fn judged(self, runner_succeeded: bool) -> Self {
        let ran = self.passed + self.failed > 0;
        if self.failed == 0 && !(runner_succeeded && ran) {
            Self { failed: 1, ..self }
        } else {
            self
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_binaries_of_cargo_test_count() {
        let text = "\
running 3 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s
test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s
";
        let tally = Tally {
            passed: 7,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(Tally::of_cargo_test(text), tally);
    }

    #[test]
    fn cancelled_tests_of_node_failed() {
        let text =
            "ℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\n";
        let tally = Tally {
            passed: 3,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(Tally::of_node_test(text), tally);
    }

    #[test]
    fn a_runner_that_fails_or_runs_nothing_is_a_failure() {
        let two = Tally {
            passed: 2,
            ..Tally::default()
        };
        assert_eq!(two.judged(true).failed, 0);
        assert_eq!(two.judged(false).failed, 1);
        assert_eq!(Tally::default().judged(true).failed, 1);
    }

    #[test]
    fn the_closing_line_is_plain() {
        assert_eq!(Tally::one_passed().to_string(), "1 passed, 0 failed");
        let skipped = Tally {
            skipped: 2,
            ..Tally::one_failed()
        };
        assert_eq!(skipped.to_string(), "0 passed, 1 failed, 2 skipped");
    }
}
