//! Files by arithmetic alone: no byte of five gibibytes is written. What is expected follows from where the parts stand.

use super::*;

const GIB: u64 = 1 << 30;

/// A box.
fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat()
}

/// A track whose chunks lie at these places, told in 32 or 64 bits.
fn track(places: &[u64], long: bool) -> Vec<u8> {
    let each = |place: &u64| if long { place.to_be_bytes().to_vec() } else { (*place as u32).to_be_bytes().to_vec() };
    let list: Vec<u8> = places.iter().flat_map(each).collect();
    let list = [&[0; 4][..], &(places.len() as u32).to_be_bytes(), &list].concat();
    let table = boxed(b"stbl", &[boxed(b"stsd", &[7; 9]), boxed(if long { b"co64" } else { b"stco" }, &list)].concat());
    boxed(b"trak", &[boxed(b"tkhd", &[5; 20]), boxed(b"mdia", &boxed(b"minf", &table))].concat())
}

fn top(name: &[u8; 4], whole: Range<u64>) -> TopBox {
    TopBox { name: *name, at: whole.start, content: whole.start + 8..whole.end }
}

/// Places of all lists of a table, by their names.
fn read(table: &[u8]) -> Vec<(String, Vec<u64>)> {
    let mut found = vec![];
    let mut rest = table;
    while let Some((name, whole, content)) = first(rest) {
        match name {
            b"stco" | b"co64" => {
                let each = if name == b"stco" { 4 } else { 8 };
                let sum = |place: &[u8]| place.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                let places = content[8..].chunks_exact(each).map(sum).collect();
                found.push((String::from_utf8_lossy(name).into_owned(), places));
            }
            b"moov" => found.extend(read(content)),
            name if AROUND.contains(&name) => found.extend(read(content)),
            _ => (),
        }
        rest = &rest[whole.len()..];
    }
    found
}

#[test]
fn places_move_by_the_length_of_the_table() {
    let tracks = [track(&[40, 1000], false), track(&[700], false)].concat();
    let length = tracks.len() as u64 + 8;
    let tops = [top(b"ftyp", 0..32), top(b"mdat", 32..2000), top(b"moov", 2000..2000 + length)];
    let made = layout(&tops, &tracks, 2000 + length).unwrap();
    assert_eq!((made.front.clone(), made.table.len() as u64), (0..32, length));
    assert_eq!(made.rest.iter().map(|part| (part.start, part.end)).collect::<Vec<_>>(), [(32, 2000)]);
    let names = ("stco".to_string(), "stco".to_string());
    assert_eq!(read(&made.table), [(names.0, vec![40 + length, 1000 + length]), (names.1, vec![700 + length])]);
    // What stands around the lists is as it was.
    assert_eq!(made.table.windows(9).filter(|nine| *nine == [7; 9]).count(), 2);
}

#[test]
fn five_gibibytes_are_told_in_64_bits_where_32_do_not_reach() {
    // One list ends just below four gibibytes, and would pass it once the table stands in front; the other is far below.
    let last = 4 * GIB - 100;
    let tracks = [track(&[5000, last], false), track(&[6000, GIB], false), track(&[4 * GIB + 7], true)].concat();
    let length = tracks.len() as u64 + 8;
    let size = 5 * GIB + length;
    let tops = [top(b"ftyp", 0..24), top(b"mdat", 24..5 * GIB), top(b"moov", 5 * GIB..size)];
    let made = layout(&tops, &tracks, size).unwrap();
    // Two places of the first list take four bytes more each.
    let longer = length + 8;
    assert_eq!(made.table.len() as u64, longer);
    let moved = |places: &[u64]| places.iter().map(|place| place + longer).collect::<Vec<_>>();
    assert_eq!(
        read(&made.table),
        [
            ("co64".to_string(), moved(&[5000, last])),
            ("stco".to_string(), moved(&[6000, GIB])),
            ("co64".to_string(), moved(&[4 * GIB + 7]))
        ]
    );
}

#[test]
fn what_lies_behind_the_table_moves_by_less() {
    // The table stands between two parts, and gets no longer: what lies behind it stays.
    let tracks = track(&[100, 5000], false);
    let length = tracks.len() as u64 + 8;
    let tops =
        [top(b"ftyp", 0..24), top(b"mdat", 24..900), top(b"moov", 900..900 + length), top(b"mdat", 900 + length..9000)];
    let made = layout(&tops, &tracks, 9000).unwrap();
    assert_eq!(made.rest, [24..900, 900 + length..9000]);
    assert_eq!(read(&made.table), [("stco".to_string(), vec![100 + length, 5000])]);
}

#[test]
fn what_cannot_be_moved_stays() {
    let made = |tracks: &[u8], more: &[TopBox]| {
        let length = tracks.len() as u64 + 8;
        let tops = [&[top(b"ftyp", 0..24), top(b"mdat", 24..900), top(b"moov", 900..900 + length)], more].concat();
        layout(&tops, tracks, 900 + length).map(|_| ())
    };
    assert_eq!(made(&track(&[100], false), &[]), Ok(()));
    assert_eq!(made(&track(&[100], false), &[top(b"moof", 2000..2100)]), Err(Stays::Fragments));
    assert_eq!(made(&track(&[10], false), &[]), Err(Stays::Outside), "a place in the file's first box");
    assert_eq!(made(&track(&[100_000], false), &[]), Err(Stays::Outside));
    assert_eq!(made(&boxed(b"trak", &boxed(b"saio", &[0; 8])), &[]), Err(Stays::Packed));
    assert_eq!(made(&boxed(b"cmov", &[0; 8]), &[]), Err(Stays::Packed));
    // More places than bytes; a box longer than what it is in; one shorter than its head.
    let lies = [&[0; 4][..], &u32::MAX.to_be_bytes(), &[0; 8]].concat();
    assert_eq!(made(&boxed(b"trak", &boxed(b"stco", &lies)), &[]), Err(Stays::Damaged));
    assert_eq!(made(b"\xff\xff\xff\xfftrak....", &[]), Err(Stays::Damaged));
    assert_eq!(made(b"\0\0\0\x07trak....", &[]), Err(Stays::Damaged));
    let whole = track(&[100, 200, 300], false);
    for end in 0..whole.len() {
        let _ = made(&whole[..end], &[]);
    }
}
