//! The macro behind the command list. One declaration gives the dispatcher, the names and, with the feature
//! `bindings`, what the TypeScript client is written from.

/// Declares commands: `fn name(studio, argument: Type, …) -> Answer { body that gives a Result }`.
macro_rules! commands {
    ($(
        $(#[doc = $doc:literal])*
        fn $name:ident($studio:ident $(, $argument:ident: $type:ty)* $(,)?) -> $answer:ty $body:block
    )*) => {
        /// The names of all commands, in the order of their declaration.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Runs the command called `name` with its arguments as a JSON object.
        pub fn dispatch(
            studio: hearthcast_studio::Studio,
            name: &str,
            arguments: serde_json::Value,
        ) -> crate::declare::Answering {
            match name {
                $(stringify!($name) => {
                    #[derive(serde::Deserialize)]
                    #[serde(deny_unknown_fields)]
                    struct Arguments { $($argument: $type),* }
                    Box::pin(async move {
                        let name = stringify!($name);
                        let Arguments { $($argument),* } = crate::declare::arguments(name, arguments)?;
                        let $studio = &studio;
                        let answer: hearthcast_model::Result<$answer> = $body;
                        crate::declare::answer(name, &answer?)
                    })
                })*
                _ => {
                    let error = hearthcast_model::Error::not_found("command", name);
                    Box::pin(async move { Err(error) })
                }
            }
        }

        /// Describes every command to the writer of the TypeScript client.
        #[cfg(feature = "bindings")]
        pub(crate) fn describe(writer: &mut crate::bindings::Writer) {
            $(
                writer.command(stringify!($name), concat!($($doc),*));
                $(writer.argument::<$type>(stringify!($argument));)*
                writer.answer::<$answer>();
            )*
        }
    };
}
pub(crate) use commands;

use hearthcast_model::{Code, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

/// A command at work.
pub type Answering = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// Unpacks the arguments of a command.
pub(crate) fn arguments<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|e| {
        Error::new(Code::UsageInvalid, format!("The command \"{name}\" was called with the wrong arguments: {e}."))
            .hint("The window and the program are of different versions: close the window and open it again.")
            .about("command", name)
    })
}

/// Packs the answer of a command.
pub(crate) fn answer<T: Serialize>(name: &str, value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|e| {
        Error::new(Code::Internal, format!("The answer of \"{name}\" could not be written: {e}."))
            .about("command", name)
    })
}
