//! The rules: each of the single faults of `tests/fixtures/checks/faults.tsv` is found by its rule and by no other; what is
//! right is found by none; fixes mend what they say; the guide lists what there is.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod bounds;
mod correct;
mod faults;
mod fixes;
mod guide;
mod rows;
mod scene;
mod served;
