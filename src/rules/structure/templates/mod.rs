//! Templates: what structure files say about pages of one kind.

mod content;
mod front_matter;
mod level;
mod missing;
mod order;
mod title;
mod unexpected;

use crate::rules::{Entry, Group, Page, Sink, ValidationType};
use crate::structure::TemplateCheck;

pub const GROUP: Group = Group {
    name: "templates",
    summary: "what structure files say about pages of one kind",
    validation: ValidationType::Structure,
    rules: &[
        Entry::of::<missing::Missing>(),
        Entry::of::<order::Order>(),
        Entry::of::<level::TemplateLevel>(),
        Entry::of::<unexpected::Unexpected>(),
        Entry::of::<content::Content>(),
        Entry::of::<title::Title>(),
        Entry::of::<front_matter::TemplateFrontMatter>(),
    ],
};

/// Reports what the page does not keep to in one aspect of its templates.
fn report(page: &Page, aspect: TemplateCheck, out: &mut Sink) {
    for breach in page.breaches().iter().filter(|breach| breach.aspect == aspect) {
        out.report(breach.span, breach.message.clone()).fix.clone_from(&breach.fix);
    }
}
