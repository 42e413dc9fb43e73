//! What was measured → a page in Markdown.

use std::fmt::{self, Display};

use super::comings::Met;
use super::figures::Estimate;
use super::homes::STATED;
use super::{Report, Setting};

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [known, strangers] = self.visits;
        writeln!(f, "{} people enrolled; {known} visits of theirs, {strangers} of strangers.", self.people)?;
        writeln!(f, "{} faces in the background were followed that belong to nobody labelled.", self.background)?;
        writeln!(f, "Intervals are 95 %, by resampling people. All numbers are per cent of visits.\n")?;
        for setting in &self.settings {
            table(f, setting, self.people)?;
        }
        if let Some([wrong_names, confirmed]) = self.mistakes {
            writeln!(f, "### As it is shipped, everybody enrolled\n")?;
            writeln!(f, "- Known people confirmed under a wrong name: {wrong_names} of {known} visits.")?;
            writeln!(f, "- Strangers confirmed as somebody: {confirmed} of {strangers} visits.")?;
        }
        if let Some(pictures) = self.pictures_until_confirmed {
            writeln!(f, "- Pictures with a face of at least 24 pixels until confirmed: {pictures} in the middle.")?;
        }
        writeln!(f, "\n### The stated rate of strangers confirmed, per thousand visits\n")?;
        write!(f, "| stated |")?;
        self.stated.iter().try_for_each(|(size, _)| write!(f, " {size} enrolled |"))?;
        writeln!(f, "\n| --- |{}", " --- |".repeat(self.stated.len()))?;
        for (n, stated) in STATED.iter().enumerate() {
            write!(f, "| {stated} |")?;
            for (_, measured) in &self.stated {
                write!(f, " {} |", scaled(&measured[n], 1_000.0))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, setting: &Setting, people: usize) -> fmt::Result {
    let Setting { size, homes, share, rows } = setting;
    if *size == people {
        writeln!(f, "### Everybody enrolled ({people})\n")?;
    } else {
        writeln!(f, "### Homes of {size} ({homes} at random)\n")?;
    }
    let at = format!("{}", share * 100.0);
    writeln!(
        f,
        "| rule | as shipped: right | wrong name | strangers named | right where at most {at} % of strangers are named | ours is better by |"
    )?;
    writeln!(f, "| --- | --- | --- | --- | --- | --- |")?;
    for row in rows {
        let shipped = row.shipped.map_or_else(|| "– | – | –".to_owned(), |s| s.map(|e| percent(&e)).join(" | "));
        let better = row.ours_less.map_or_else(|| "–".to_owned(), |e| percent(&e));
        writeln!(f, "| {} | {shipped} | {} | {better} |", row.name, percent(&row.right))?;
    }
    writeln!(f)
}

fn percent(e: &Estimate) -> String {
    scaled(e, 100.0)
}

fn scaled(e: &Estimate, by: f64) -> String {
    let places = if by * e.value.abs() < 2.0 { 2 } else { 1 };
    // Adding zero takes the sign off a zero.
    let [value, low, high] = [e.value, e.low, e.high].map(|v| by * v + 0.0);
    format!("{value:.places$} ({low:.places$} to {high:.places$})")
}

impl Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { people, unnoticed, named, later, again, identities, mixed, right, known } = self;
        writeln!(f, "### {people} strangers who come again\n")?;
        writeln!(f, "- Taken for the same stranger: {again} of {later} later pictures.")?;
        writeln!(f, "- Identities that mix two people: {mixed} of {identities}.")?;
        writeln!(f, "- Pictures that nothing was made of: {unnoticed}; with an enrolled person's name: {named}.")?;
        writeln!(
            f,
            "- Known visits confirmed rightly afterwards: {} of {known}; with every one of the strangers ignored: {}.",
            right[0], right[1]
        )
    }
}
