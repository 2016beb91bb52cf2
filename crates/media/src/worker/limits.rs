//! Limits the worker sets itself before it reads a byte, and the time a file of a given size may take.

use std::time::Duration;

/// Address space of the worker.
pub const ADDRESS_SPACE_BYTES: u64 = 1 << 30;
/// Largest file the worker could write; it writes none, but its output may be sent to one.
pub const FILE_SIZE_BYTES: u64 = 64 << 20;
/// Open files: input, output, messages, the file, and room.
pub const OPEN_FILES: u64 = 32;

/// Time that any file may take, and the slowest pace at which a byte may be passed (about 60 times slower than
/// measured in an unoptimised build at the lowest bit rate).
const FLOOR: Duration = Duration::from_secs(120);
const SLOWEST_BYTES_PER_SECOND: u64 = 100_000;

/// Seconds a file of this size may take, in processor time as on the clock.
pub fn allowance(size_bytes: u64) -> Duration {
    FLOOR + Duration::from_secs(size_bytes / SLOWEST_BYTES_PER_SECOND)
}

/// Limits this process for good. Processor time follows with each request.
#[cfg(unix)]
pub fn confine() -> std::io::Result<()> {
    use rustix::process::Resource;
    limit(Resource::As, ADDRESS_SPACE_BYTES)?;
    limit(Resource::Fsize, FILE_SIZE_BYTES)?;
    limit(Resource::Nofile, OPEN_FILES)?;
    limit(Resource::Core, 0)
}

/// Adds processor time for a file of this size to the `used` seconds allowed before.
#[cfg(unix)]
pub fn allow_cpu(used: &mut u64, size_bytes: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    *used += allowance(size_bytes).as_secs();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(*used, |maximum| maximum.min(*used));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// Lowers both the limit in force and its ceiling.
#[cfg(unix)]
fn limit(resource: rustix::process::Resource, most: u64) -> std::io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};
    let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

#[cfg(not(unix))]
pub fn confine() -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub fn allow_cpu(_used: &mut u64, _size_bytes: u64) -> std::io::Result<()> {
    Ok(())
}
