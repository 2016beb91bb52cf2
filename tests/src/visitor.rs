//! A visitor of a show's website: asks and writes as its pages do, by curl.

use crate::output;
use serde_json::{Value, json};
use std::process::Command;

/// Asks by curl, a foreign program; the status stands in the last line.
pub fn curl(words: &[&str]) -> (u16, Value) {
    let said = output(Command::new("curl").args(["-sS", "-g", "-w", "\n%{http_code}"]).args(words));
    let (body, status) = said.trim_end().rsplit_once('\n').expect("a status");
    (status.parse().expect("a number"), serde_json::from_str(body).unwrap_or(Value::Null))
}

/// Sends JSON:API; the status and the answer.
fn post(url: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    curl(&["-H", "Content-Type: application/vnd.api+json", "--data-binary", &body, url])
}

/// A visitor writes about an episode; the number of the comment.
pub fn visitor_writes(origin: &str, show: &str, episode: &str, name: &str, text: &str) -> String {
    let asked = json!({"data": {"type": "challenge", "attributes": {}, "relationships": {"podcast": {"data": {"type": "podcast", "id": show}}}}});
    let (status, sum) = post(&format!("{origin}/challenges/"), &asked);
    assert_eq!(status, 201, "{sum}");
    let words = sum["data"]["attributes"]["challenge-string"].as_str().expect("words");
    let numbers = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let answer: usize =
        words.split(" plus ").map(|word| numbers.iter().position(|n| *n == word).expect("a number")).sum();
    let comment = json!({"data": {"type": "comment",
        "attributes": {"challenge": sum["data"]["id"], "challenge-answer": answer, "name": name, "text": text},
        "relationships": {"podcast-content": {"data": {"type": "episode", "id": episode}}}}});
    let (status, kept) = post(&format!("{origin}/comments/"), &comment);
    assert_eq!((status, &kept["data"]["attributes"]["is-approved"]), (201, &json!(false)), "{kept}");
    kept["data"]["id"].as_str().expect("a number").to_string()
}
