//! Which heading of a page is which section of its template.

use std::ops::Range;

use super::compile::Sections;
use super::page::Outline;
use super::template::Order;

/// The headings of a scope, laid beside the sections that a template has there.
pub(super) struct Arrangement {
    /// For each section of the template its headings on the page, in order.
    pub found: Vec<Vec<usize>>,
    /// Sections and headings in the order of the page.
    pub in_order: Vec<(usize, usize)>,
    /// Sections whose heading has another level: the section and the heading.
    pub at_other_level: Vec<(usize, usize)>,
    /// Headings at the level of the sections that are none of them.
    pub others: Vec<usize>,
    /// Those of `in_order` that stand out of the template's order: the fewest that explain it.
    pub misplaced: Vec<(usize, usize)>,
}

impl Arrangement {
    /// Whether a heading that is a section stands where the template's order has it.
    pub fn is_in_place(&self, index: usize) -> bool {
        self.misplaced.binary_search_by_key(&index, |&(_, misplaced)| misplaced).is_err()
    }
}

/// Lays the headings in `scope` beside the sections.
pub(super) fn arrange(page: &Outline, sections: &Sections, scope: Range<usize>) -> Arrangement {
    let mut found = vec![Vec::new(); sections.list.len()];
    let mut in_order = Vec::new();
    let mut left = Vec::new();
    // A heading in a section that is known belongs to that section.
    let mut inside_to = 0;
    for index in scope {
        let entry = &page.headings[index];
        match sections.find(&entry.text) {
            Some(part) if sections.list[part].level == entry.level => {
                found[part].push(index);
                in_order.push((part, index));
                inside_to = inside_to.max(entry.end);
            }
            part => left.push((part.filter(|_| index >= inside_to), index)),
        }
    }
    let mut at_other_level = Vec::new();
    let mut others = Vec::new();
    for (part, index) in left {
        match part {
            Some(part) if found[part].is_empty() => {
                found[part].push(index);
                at_other_level.push((part, index));
            }
            _ if page.headings[index].level == sections.level => others.push(index),
            _ => {}
        }
    }
    let misplaced = match sections.order {
        Order::Fixed => out_of_order(&in_order),
        Order::Any => Vec::new(),
    };
    Arrangement { found, in_order, at_other_level, others, misplaced }
}

/// The fewest pairs without which the first numbers never fall: those outside a longest run that
/// does not fall.
fn out_of_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best run of each length, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (at, &(part, _)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].0 <= part);
        before[at] = length.checked_sub(1).map(|previous| ends[previous]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut keeps = vec![false; pairs.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        keeps[at] = true;
        next = before[at];
    }
    pairs.iter().zip(keeps).filter(|(_, keeps)| !keeps).map(|(&pair, _)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::out_of_order;

    #[test]
    fn the_fewest_are_out_of_order() {
        let misplaced = |parts: &[usize]| -> Vec<usize> {
            let pairs: Vec<_> =
                parts.iter().copied().enumerate().map(|(at, part)| (part, at)).collect();
            out_of_order(&pairs).into_iter().map(|(_, at)| at).collect()
        };
        assert_eq!(misplaced(&[0, 1, 2]), [0; 0]);
        assert_eq!(misplaced(&[0, 2, 2, 1, 3]), [3]);
        assert_eq!(misplaced(&[3, 0, 1, 2]), [0]);
        assert_eq!(misplaced(&[0; 0]), [0; 0]);
    }
}
