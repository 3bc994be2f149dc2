//! Tables that fit the terminal, and the two forms in which commands answer.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::terminal::bold;
use crate::report::{Style, printable, wrapped};

/// How a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormat {
    /// For people.
    Text,
    /// One JSON document, for programs.
    Json,
}

/// Writes the answer for programs.
pub(super) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Word,
    Number,
    /// Cut at its start, between directories if that can be, where there is no room.
    Path,
    /// Goes on below where there is no room.
    Sentence,
}

/// A column. Those that can be spared are left out where there is no room, the last first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: ColumnKind,
    pub can_be_spared: bool,
}

impl Column {
    pub(super) const fn new(name: &'static str, kind: ColumnKind) -> Self {
        Column { name, kind, can_be_spared: false }
    }

    pub(super) const fn spare(name: &'static str, kind: ColumnKind) -> Self {
        Column { name, kind, can_be_spared: true }
    }
}

/// Rows of cells, one for each column.
pub(super) struct TextTable {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// Columns between two cells.
const GAP: usize = 2;

/// A cell is not made narrower than this.
const fn least(kind: ColumnKind) -> usize {
    match kind {
        ColumnKind::Sentence => 24,
        _ => 12,
    }
}

impl TextTable {
    pub(super) fn new(columns: &[Column]) -> Self {
        TextTable { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.iter().map(|cell| printable(cell).into_owned()).collect());
    }

    /// Writes the head and the rows, at most as wide as the terminal if that can be.
    pub(super) fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths(style.width);
        let paint = bold(style);
        let head: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        writeln!(out, "{paint}{}{paint:#}", self.line(&head, &widths))?;
        for row in &self.rows {
            for line in self.folded(row, &widths) {
                writeln!(out, "{}", self.line(&line, &widths))?;
            }
        }
        Ok(())
    }

    /// The lines of a row: what does not fit of its sentences stands below.
    fn folded(&self, row: &[String], widths: &[(usize, usize)]) -> Vec<Vec<String>> {
        let mut lines = vec![row.to_vec()];
        for (at, width) in widths {
            if self.columns[*at].kind != ColumnKind::Sentence || row[*at].width() <= *width {
                continue;
            }
            for (index, part) in wrapped(&row[*at], *width).into_iter().enumerate() {
                if index == lines.len() {
                    lines.push(vec![String::new(); row.len()]);
                }
                lines[index][*at] = part;
            }
        }
        lines
    }

    /// The columns that are shown, with their widths.
    fn widths(&self, room: usize) -> Vec<(usize, usize)> {
        let widest = |at: usize| {
            let cells = self.rows.iter().map(|row| row[at].width());
            cells.max().unwrap_or(0).max(self.columns[at].name.width())
        };
        let mut widths: Vec<_> = (0..self.columns.len()).map(|at| (at, widest(at))).collect();
        loop {
            let taken = widths.iter().map(|(_, width)| width + GAP).sum::<usize>() - GAP;
            let Some(excess) = taken.checked_sub(room).filter(|excess| *excess > 0) else {
                return widths;
            };
            let floor = |at: usize| least(self.columns[at].kind);
            let can_be_cut = |(at, width): &&mut (usize, usize)| {
                matches!(self.columns[*at].kind, ColumnKind::Path | ColumnKind::Sentence)
                    && *width > floor(*at)
            };
            if let Some((at, width)) =
                widths.iter_mut().filter(can_be_cut).max_by_key(|(_, width)| *width)
            {
                *width = width.saturating_sub(excess).max(floor(*at));
            } else if let Some(spare) =
                widths.iter().rposition(|(at, _)| self.columns[*at].can_be_spared)
            {
                widths.remove(spare);
            } else {
                return widths;
            }
        }
    }

    fn line(&self, cells: &[String], widths: &[(usize, usize)]) -> String {
        let mut line = String::new();
        for (at, width) in widths {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let kind = self.columns[*at].kind;
            let cell = cut(&cells[*at], *width, kind);
            let space = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if kind == ColumnKind::Number {
                (space, String::new())
            } else {
                (String::new(), space)
            };
            line.push_str(&before);
            line.push_str(&cell);
            line.push_str(&after);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// The cell in so many columns of the terminal.
fn cut(cell: &str, width: usize, kind: ColumnKind) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut fits = |character: &char| {
        let columns = character.width().unwrap_or(0);
        let has_room = columns <= left;
        left = left.saturating_sub(columns);
        has_room
    };
    if kind == ColumnKind::Path {
        let end: Vec<char> = cell.chars().rev().take_while(&mut fits).collect();
        let end: String = end.into_iter().rev().collect();
        let at = end.find('/').filter(|at| *at + 1 < end.len()).unwrap_or(0);
        return format!("…{}", &end[at..]);
    }
    cell.chars().take_while(&mut fits).chain(std::iter::once('…')).collect()
}

/// A moment as people write it, in the time of this place.
pub(super) fn moment(us: i64) -> String {
    let stamp = jiff::Timestamp::from_microsecond(us).ok();
    let zoned = stamp.map(|stamp| stamp.to_zoned(jiff::tz::TimeZone::system()));
    zoned.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// How long something took.
pub(super) fn duration(us: i64) -> String {
    let seconds = us.max(0) as f64 / 1e6;
    match seconds {
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        ..60.0 => format!("{seconds:.1} s"),
        _ => format!("{:.0} min", seconds / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(width: usize) -> Vec<String> {
        let mut table = TextTable::new(&[
            Column::new("ID", ColumnKind::Word),
            Column::new("PATH", ColumnKind::Path),
            Column::new("COUNT", ColumnKind::Number),
            Column::spare("WHAT", ColumnKind::Sentence),
        ]);
        let path = "docs/some/folder/日本/page.md";
        table.row(["a1".into(), path.into(), "7".into(), "something that takes room".into()]);
        let mut out = Vec::new();
        let style = Style { color: false, width, quiet: false, suppressed: false };
        table.write(&style, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn sentences_go_on_below() {
        let mut table = TextTable::new(&[
            Column::new("ID", ColumnKind::Number),
            Column::spare("WHAT", ColumnKind::Sentence),
        ]);
        table.row(["7".into(), "no words of a sentence are ever cut in two".into()]);
        let mut out = Vec::new();
        table
            .write(&Style { color: false, width: 30, quiet: false, suppressed: false }, &mut out)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "ID  WHAT\n 7  no words of a sentence are\n    ever cut in two\n");
    }

    #[test]
    fn tables_are_cut_and_spared_until_they_fit() {
        for width in [100, 66, 50, 40, 30] {
            let lines = lines(width);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:#?}");
        }
        assert!(lines(100)[1].ends_with("something that takes room"));
        assert!(lines(30)[1].starts_with("a1  …/page.md "), "{:#?}", lines(30));
        assert!(!lines(30)[0].contains("WHAT"));
    }
}
