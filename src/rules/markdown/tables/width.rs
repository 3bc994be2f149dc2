//! How many columns a text takes where each character has one or two.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Columns that an editor with a fixed-width font shows the text in: two for emoji and wide
/// characters, none for controls and lone marks, one for all else. Tabs count as nothing, as in
/// markdownlint: tables that are aligned with tabs are aligned by their other characters.
pub(super) fn display_width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    text.graphemes(true).map(cluster_width).sum()
}

/// The same with two columns for each emoji that is mostly shown as text, such as `⚠`: Prettier
/// aligns tables like that.
pub(super) fn display_width_of_emoji(text: &str) -> usize {
    if !has_text_emoji(text) {
        return display_width(text);
    }
    let text_emoji = |cluster: &&str| {
        let mut chars = cluster.chars();
        chars.next().is_some_and(is_text_emoji) && chars.next().is_none()
    };
    display_width(text) + text.graphemes(true).filter(text_emoji).count()
}

/// Whether [`display_width_of_emoji`] may be another than [`display_width`].
pub(super) fn has_text_emoji(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_text_emoji)
}

/// Whether it has the property `Emoji` and lacks `Emoji_Presentation`, beyond ASCII.
fn is_text_emoji(c: char) -> bool {
    matches!(c,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '↔'..='↙' | '↩' | '↪' | '⌨' | '⏏' | '⏭'..='⏯' | '⏱'
        | '⏲' | '⏸'..='⏺' | 'Ⓜ' | '▪' | '▫' | '▶' | '◀' | '◻' | '◼' | '☀'..='☄' | '☎' | '☑' | '☘'
        | '☝' | '☠' | '☢' | '☣' | '☦' | '☪' | '☮' | '☯' | '☸'..='☺' | '♀' | '♂' | '♟' | '♠' | '♣'
        | '♥' | '♦' | '♨' | '♻' | '♾' | '⚒' | '⚔'..='⚗' | '⚙' | '⚛' | '⚜' | '⚠' | '⚧' | '⚰' | '⚱'
        | '⛈' | '⛏' | '⛑' | '⛓' | '⛩' | '⛰' | '⛱' | '⛴' | '⛷'..='⛹' | '✂' | '✈' | '✉' | '✌' | '✍'
        | '✏' | '✒' | '✔' | '✖' | '✝' | '✡' | '✳' | '✴' | '❄' | '❇' | '❣' | '❤' | '➡' | '⤴' | '⤵'
        | '⬅'..='⬇' | '〰' | '〽' | '㊗' | '㊙' | '\u{1f170}' | '\u{1f171}' | '\u{1f17e}'
        | '\u{1f17f}' | '\u{1f321}'..='\u{1f32c}' | '\u{1f336}' | '\u{1f37d}'
        | '\u{1f396}'..='\u{1f39f}' | '\u{1f3cb}'..='\u{1f3ce}' | '\u{1f3d4}'..='\u{1f3df}'
        | '\u{1f3f3}' | '\u{1f3f5}' | '\u{1f3f7}' | '\u{1f43f}' | '\u{1f441}' | '\u{1f4fd}'
        | '\u{1f549}' | '\u{1f54a}' | '\u{1f56f}' | '\u{1f570}' | '\u{1f573}'..='\u{1f579}'
        | '\u{1f587}' | '\u{1f58a}'..='\u{1f58d}' | '\u{1f590}' | '\u{1f5a5}' | '\u{1f5a8}'
        | '\u{1f5b1}' | '\u{1f5b2}' | '\u{1f5bc}' | '\u{1f5c2}'..='\u{1f5c4}' | '\u{1f5d1}'..='\u{1f5d3}'
        | '\u{1f5dc}'..='\u{1f5de}' | '\u{1f5e1}' | '\u{1f5e3}' | '\u{1f5e8}' | '\u{1f5ef}'
        | '\u{1f5f3}' | '\u{1f5fa}' | '\u{1f6cb}' | '\u{1f6cd}'..='\u{1f6cf}' | '\u{1f6e0}'..='\u{1f6e5}'
        | '\u{1f6e9}' | '\u{1f6f0}' | '\u{1f6f3}')
}

fn cluster_width(cluster: &str) -> usize {
    if cluster.len() == 1 {
        return usize::from(!cluster.as_bytes()[0].is_ascii_control());
    }
    if cluster.chars().all(is_zero_width) {
        return 0;
    }
    if is_emoji_sequence(cluster) {
        return 2;
    }
    let is_leading =
        |c: char| is_zero_width(c) || get_general_category(c) == GeneralCategory::Format;
    let base = cluster.chars().find(|&c| !is_leading(c)).map_or(1, wide);
    let half_width = cluster.chars().skip(1).filter(|c| matches!(c, '\u{ff00}'..='\u{ffef}'));
    base + half_width.map(wide).sum::<usize>()
}

/// Whether something in the cluster makes it an emoji that its first character alone is not
/// shown as: a variation selector, a skin tone, a keycap, or two letters that name a flag.
fn is_emoji_sequence(cluster: &str) -> bool {
    let first = cluster.chars().next().unwrap_or_default();
    cluster.chars().skip(1).any(|c| match c {
        '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => !first.is_ascii(),
        '\u{20e3}' => cluster.contains('\u{fe0f}'),
        '\u{1f1e6}'..='\u{1f1ff}' => true,
        _ => false,
    })
}

fn wide(c: char) -> usize {
    if c.width() == Some(2) { 2 } else { 1 }
}

fn is_zero_width(c: char) -> bool {
    use GeneralCategory::{Control, EnclosingMark, NonspacingMark, SpacingMark};
    let category = get_general_category(c);
    matches!(category, Control | EnclosingMark | NonspacingMark | SpacingMark)
        || is_default_ignorable(c)
}

/// The property `Default_Ignorable_Code_Point`.
fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_take_none_one_or_two_columns() {
        let widths = [
            ("a b", 3),
            ("a\tb", 2),
            ("日本", 4),
            ("e\u{301}", 1),
            ("\u{200b}", 0),
            ("✔", 1),
            ("✔\u{fe0f}", 2),
            ("✅", 2),
            ("👩\u{200d}🚀", 2),
            ("☝\u{1f3fd}", 2),
            ("1\u{fe0f}\u{20e3}", 2),
            ("🇯🇵", 2),
            ("ｶﾞ", 2),
            ("가", 2),
        ];
        for (text, width) in widths {
            assert_eq!(display_width(text), width, "{text:?}");
        }
    }
}
