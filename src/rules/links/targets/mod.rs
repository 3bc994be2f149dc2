//! Targets: where links lead.

mod case;
mod dead;
mod dead_target;
mod elsewhere;
mod fields;
mod missing_asset;
mod missing_fragment;
mod missing_page;
mod outside_base;
mod own_address;
mod redirect;
mod undefined;

use crate::rules::{Entry, Group, Page, Rule, Sink, ValidationType};

pub(in crate::rules) use dead::judge_page;
pub use dead::{DeadLink, Fault, JudgedLinks, Unchecked, judge};
pub use dead_target::{dead_target, from_root};

pub const GROUP: Group = Group {
    name: "targets",
    summary: "where links lead on the site",
    validation: ValidationType::Links,
    rules: &[
        Entry::of::<missing_page::MissingPage>(),
        Entry::of::<missing_fragment::MissingFragment>(),
        Entry::of::<missing_asset::MissingAsset>(),
        Entry::of::<case::LetterCase>(),
        Entry::of::<outside_base::OutsideBase>(),
        Entry::of::<own_address::OwnAddress>(),
        Entry::of::<elsewhere::WorksElsewhere>(),
        Entry::of::<redirect::Redirect>(),
        Entry::of::<undefined::UndefinedReference>(),
    ],
};

impl Fault {
    /// Those of links that lead nowhere.
    const DEAD: [Fault; 7] = [
        Fault::MissingPage,
        Fault::MissingFragment,
        Fault::MissingAsset,
        Fault::LetterCase,
        Fault::OutsideBase,
        Fault::OwnAddress,
        Fault::WorksElsewhere,
    ];

    /// The id of the rule that reports it.
    pub fn rule(self) -> &'static str {
        match self {
            Fault::MissingPage => missing_page::MissingPage::META.id,
            Fault::MissingFragment => missing_fragment::MissingFragment::META.id,
            Fault::MissingAsset => missing_asset::MissingAsset::META.id,
            Fault::LetterCase => case::LetterCase::META.id,
            Fault::OutsideBase => outside_base::OutsideBase::META.id,
            Fault::WorksElsewhere => elsewhere::WorksElsewhere::META.id,
            Fault::OwnAddress => own_address::OwnAddress::META.id,
            Fault::Redirected => redirect::Redirect::META.id,
        }
    }
}

/// Whether a rule, by its id, reports links that lead nowhere.
pub fn is_about_dead_links(rule: &str) -> bool {
    Fault::DEAD.iter().any(|fault| fault.rule() == rule)
}

/// What is said of the places at which a definition is used.
pub const USED: &str = "used here";

/// Reports the dead links of a page that have this fault.
fn report(page: &Page, fault: Fault, out: &mut Sink) {
    for dead in page.dead_links().iter().filter(|dead| dead.fault == fault) {
        let span = page.first_line(dead.span);
        let diagnostic = out.report(span, dead.message.clone());
        diagnostic.with_target(&*dead.target).leading_to(&*dead.leads_to);
        for &(_, used) in &dead.uses {
            diagnostic.with_related(page.first_line(used), USED);
        }
        diagnostic.fix.clone_from(&dead.fix);
    }
}
