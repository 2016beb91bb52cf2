//! The Reports window (issue 3, point 8): asks the library, shows and keeps; and what it and the main window must not do is
//! refused by the program, whatever a page tries.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::scratch;
use serde_json::{Value, json};

/// Calls something of the program as a page full of foreign script would; the answer, or why it was refused.
async fn invoke(window: &Window, command: &str, args: Value) -> Result<Value, Value> {
    let script = "const [command, args, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, args).then((answer) => done({ answer }), (refused) => done({ refused: String(refused) }));";
    let told = window.client.execute_async(script, vec![json!(command), args]).await.expect("the page answers");
    match told.get("refused") {
        Some(refused) => Err(refused.clone()),
        None => Ok(told["answer"].clone()),
    }
}

fn refused(outcome: Result<Value, Value>, why: &str) {
    let said = outcome.expect_err("it must be refused").to_string();
    assert!(said.contains(why), "refused for another reason: {said}");
}

#[tokio::test]
async fn point_8_reports_read_and_nothing_else() {
    alone(async {
        let place = scratch();
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.press("1").await;
        window.enter("new-show-title", "Harbour & Sea").await;
        window.read("show-title", |title| title == "Harbour & Sea").await;
        let ask = |sql: &str| json!({ "db": "sqlite:library", "query": sql, "values": [] });
        refused(invoke(&window, "plugin:sql|select", ask("SELECT 1")).await, "not allowed");

        window.click("nav-settings").await;
        window.click("open-reports").await;
        window.next_window().await;
        window.clear("sql").await;
        window.write("sql", "SELECT title, episodes FROM report_shows").await;
        window.click("run").await;
        window.read("answer", |words| words.contains("Harbour & Sea")).await;
        window.picture("reports").await;
        window.write("report-name", "My shows").await;
        window.click("keep").await;
        window.read("report", |name| name == "My shows").await;

        for sql in ["DELETE FROM meta RETURNING key", "PRAGMA query_only = OFF; DELETE FROM meta", "CREATE TABLE t (a)"]
        {
            refused(invoke(&window, "plugin:sql|select", ask(sql)).await, "readonly");
        }
        let beside = format!("ATTACH '{}' AS x", place.path().join("beside.sqlite").display());
        refused(invoke(&window, "plugin:sql|select", ask(&beside)).await, "too many attached");
        refused(invoke(&window, "plugin:sql|execute", ask("DELETE FROM meta")).await, "not allowed");
        refused(invoke(&window, "plugin:sql|load", json!({ "db": "sqlite:other.db" })).await, "not allowed");
        refused(invoke(&window, "set_background", json!({ "choices": {} })).await, "not allowed");
        window.end().await;
    })
    .await;
}
