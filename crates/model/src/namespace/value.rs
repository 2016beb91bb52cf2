//! Payments while listening (`podcast:value`), and items of other feeds, which share in them.

use serde::{Deserialize, Serialize};

/// `podcast:value`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Value {
    /// What is sent (`lightning`).
    pub kind: String,
    /// How it is sent (`keysend`, `lnaddress`).
    pub method: String,
    /// Suggested amount a minute, as a decimal number in the unit of the kind (bitcoin); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suggested: String,
    /// Who gets it; at least one.
    pub recipients: Vec<ValueRecipient>,
    /// Passages that others share in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_splits: Vec<ValueTimeSplit>,
}

/// `podcast:valueRecipient`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ValueRecipient {
    /// Who it is; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Kind of the address (`node`, `lnaddress`).
    pub kind: String,
    /// Where it is sent.
    pub address: String,
    /// Key of a record that goes with it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub custom_key: String,
    /// Value of that record; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub custom_value: String,
    /// Shares, of the sum of all.
    pub split: u32,
    /// Taken off before the rest is shared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fee: bool,
}

/// `podcast:valueTimeSplit`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ValueTimeSplit {
    /// Where the passage begins.
    pub start_ms: i64,
    /// How long it is.
    pub duration_ms: i64,
    /// Who shares in it.
    pub to: TimeSplitTo,
}

/// Who shares in a passage: an item of another feed, or people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TimeSplitTo {
    /// The recipients of another feed's item.
    RemoteItem {
        /// The item.
        item: RemoteItem,
        /// Where the passage begins there, if not at its beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_ms: Option<i64>,
        /// Share of that item, from 1 to 100; 100 when it is not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percentage: Option<u32>,
    },
    /// These.
    Recipients(Vec<ValueRecipient>),
}

impl Default for TimeSplitTo {
    fn default() -> Self {
        Self::Recipients(vec![])
    }
}

/// `podcast:remoteItem`: another feed, or one of its items.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RemoteItem {
    /// `podcast:guid` of the feed.
    pub feed_guid: String,
    /// Its address, for those who do not know the guid; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub feed_url: String,
    /// Guid of the item; the feed as a whole when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item_guid: String,
    /// `podcast:medium` of the feed; `podcast` when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub medium: String,
    /// What it is called; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}
