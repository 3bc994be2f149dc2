//! Errors as they are printed: place, cause, and what to do.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::terminal;
use crate::config::{ConfigError, ConfigProblem, ConfigSource};
use crate::engine::shown;

/// The text for standard error; it ends with a line ending.
pub(super) fn error_text(terminal: &terminal::TerminalArgs, error: &anyhow::Error) -> String {
    let style = terminal.stderr();
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    match error.chain().find_map(|cause| cause.downcast_ref::<ConfigError>()) {
        Some(config) => {
            let problems = config.problems.iter().map(|problem| render(&renderer, problem));
            problems.collect()
        }
        None => {
            let text = format!("{error:#}");
            let (message, help) = split_help(&text);
            let group = Group::with_title(Level::ERROR.primary_title(message));
            finish(&renderer, group, help)
        }
    }
}

/// An error's text may end with a line of help.
fn split_help(text: &str) -> (&str, Option<&str>) {
    match text.split_once("\nhelp: ") {
        Some((message, help)) => (message, Some(help)),
        None => (text, None),
    }
}

fn render(renderer: &Renderer, problem: &ConfigProblem) -> String {
    let help = problem.help.as_deref();
    match &problem.source {
        ConfigSource::Flag(flag) => {
            let message = format!("{flag}: {}", problem.message);
            let group = Group::with_title(Level::ERROR.primary_title(message));
            finish(renderer, group, help)
        }
        ConfigSource::File(path) => {
            let title = Level::ERROR.primary_title(problem.message.as_str());
            let path = shown(path);
            if problem.text.is_empty() {
                return finish(
                    renderer,
                    Group::with_title(title).element(Origin::path(path)),
                    help,
                );
            }
            let mark = AnnotationKind::Primary.span(problem.span.range());
            let snippet = Snippet::source(&*problem.text).path(path).annotation(mark);
            finish(renderer, Group::with_title(title).element(snippet), help)
        }
    }
}

fn finish(renderer: &Renderer, group: Group, help: Option<&str>) -> String {
    let group = match help {
        Some(help) => group.element(Level::HELP.message(help)),
        None => group,
    };
    let mut text = renderer.render(&[group]);
    // Writing to a string does not fail.
    let _ = writeln!(text);
    text
}
