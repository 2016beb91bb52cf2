//! `hearthcast comments`: what visitors wrote, and what becomes of it.

use crate::output::{Done, Output};
use crate::words;
use clap::{Args, Subcommand, ValueEnum};
use hearthcast_model::clock::spoken;
use hearthcast_model::{CommentList, CommentRow, CommentState, Result};
use hearthcast_studio::Studio;
use serde_json::json;

/// Whose comments.
#[derive(Debug, Args)]
pub struct Comments {
    /// Id or slug of the show
    pub show: String,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What is to be done with comments.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List what visitors wrote; asks no server
    List {
        /// In which state
        #[arg(long, value_enum, default_value_t = State::Waiting)]
        state: State,
    },
    /// Let everybody see them
    Approve(Which),
    /// Let nobody see them
    Reject(Which),
    /// Let nobody see them, and their words be gone after 30 days
    Delete(Which),
    /// Take a decision back: they wait again
    Wait(Which),
}

/// Which comments.
#[derive(Debug, Args)]
pub struct Which {
    /// Numbers, as `list` shows them, or ids
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// What was decided about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum State {
    /// Nothing yet
    Waiting,
    /// Everybody sees it
    Approved,
    /// Nobody sees it
    Rejected,
    /// Its words are gone soon
    Deleted,
}

impl From<State> for CommentState {
    fn from(state: State) -> Self {
        match state {
            State::Waiting => Self::Waiting,
            State::Approved => Self::Approved,
            State::Rejected => Self::Rejected,
            State::Deleted => Self::Deleted,
        }
    }
}

/// Lists, or decides.
pub async fn act(studio: &Studio, what: Comments, output: &Output) -> Result<Done> {
    let show = what.show.as_str();
    let (which, state) = match what.verb.unwrap_or(Verb::List { state: State::Waiting }) {
        Verb::List { state } => {
            let list = studio.comments(show, state.into()).await?;
            return Done::with(&list, text(&list, state.into()));
        }
        Verb::Approve(which) => (which, CommentState::Approved),
        Verb::Reject(which) => (which, CommentState::Rejected),
        Verb::Delete(which) => (which, CommentState::Deleted),
        Verb::Wait(which) => (which, CommentState::Waiting),
    };
    decide(studio, show, &which.ids, state, output).await
}

/// Decides here, and tells the servers; one that does not answer is told by the next sync.
async fn decide(studio: &Studio, show: &str, ids: &[String], state: CommentState, output: &Output) -> Result<Done> {
    let mut decisions = vec![];
    for word in ids {
        decisions.push((studio.find_comment(show, word).await?, state));
    }
    let changed = studio.decide_comments(show, &decisions).await?.len() as u64;
    let told = studio.send_decisions(show).await;
    if let Err(error) = &told {
        output.finding(error.code.as_str(), &error.message, "What you decided is kept here; the next sync tells it.");
    }
    let comments = words::count(changed, "comment");
    let sent = if told.is_ok() { "" } else { " The server does not know yet: hearthcast sync" };
    let text = match state {
        CommentState::Approved => format!("{comments} approved.{sent}"),
        CommentState::Rejected => format!("{comments} rejected: nobody sees them.{sent}"),
        CommentState::Deleted => {
            format!("{comments} deleted; until their words are gone in 30 days, `wait` brings them back.{sent}")
        }
        CommentState::Waiting => format!("{comments} waiting again.{sent}"),
    };
    Done::with(&json!({"changed": changed, "state": state, "told": told.is_ok()}), text)
}

fn text(list: &CommentList, state: CommentState) -> String {
    let summary = format!("{} waiting, {} approved, {} rejected.", list.waiting, list.approved, list.rejected);
    if list.comments.is_empty() {
        return format!("No comment is {}. {summary}", state.name());
    }
    format!("{}{summary}", list.comments.iter().map(entry).collect::<String>())
}

fn entry(row: &CommentRow) -> String {
    let comment = &row.comment;
    let about = if row.about_title.is_empty() { comment.about.as_str() } else { &row.about_title };
    let unsent = match (row.unsent, row.target.is_empty()) {
        (true, true) => " (not at the server yet)",
        (true, false) => " (the server does not know yet)",
        (false, _) => "",
    };
    let called = if comment.number > 0 { comment.number.to_string() } else { comment.id.to_string() };
    let text: String = comment.text.lines().map(|line| format!("    {line}\n")).collect();
    let when = spoken(comment.created_ms, None);
    format!("{called}  {}, {when}, about \"{about}\"{unsent}\n{text}\n", comment.name)
}
