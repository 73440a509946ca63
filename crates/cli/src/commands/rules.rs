use std::fmt::Write;

use anstyle::Style;
use retort_core::rules;

use crate::arguments::Rules;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Rules) -> Result<Outcome, Failure> {
    let pages = rules::rule_pages();
    let Some(id) = &arguments.id else {
        let bold = Style::new().bold();
        let width = pages.iter().map(|page| page.id.len()).max().unwrap_or(0);
        let mut out = String::new();
        for page in &pages {
            let _ = writeln!(
                out,
                "{bold}{:<width$}{bold:#}  {:<7}  {}",
                page.id, page.level, page.title
            );
        }
        return Ok(Outcome::fine(out));
    };
    let page = pages.iter().find(|page| page.id == *id).ok_or_else(|| {
        Failure::new(
            format!("there is no rule {id:?}"),
            "`retort rules` lists all rules",
        )
    })?;
    Ok(Outcome::fine(format!(
        "{}\n\nrule {}, class {}, level {}\n",
        page.markdown.trim_end(),
        page.id,
        page.class,
        page.level
    )))
}
