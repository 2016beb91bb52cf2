//! What an AVIF file says of its size (ISO/IEC 14496-12 boxes, ISO/IEC 23008-12 properties). Nothing is decoded here.

/// Width and height of the picture, as the first `ispe` says; `None` when it is no AVIF, or says nothing.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let brands = inside(bytes, b"ftyp")?;
    // Behind the first brand stands its version.
    let is_avif = brands.chunks_exact(4).enumerate().any(|(place, brand)| place != 1 && brand == b"avif");
    let meta = inside(bytes, b"meta")?.get(4..)?;
    let properties = inside(inside(meta, b"iprp")?, b"ipco")?;
    let extent = inside(properties, b"ispe").filter(|_| is_avif)?;
    Some((number(extent, 4)?, number(extent, 8)?))
}

/// What is in the first box of this name. Ends where a size cannot be.
fn inside<'a>(mut bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    loop {
        let end = match number(bytes, 0)? as usize {
            0 => bytes.len(),
            size => size,
        };
        let name = bytes.get(4..8)?;
        let body = bytes.get(8..end)?;
        if name == wanted {
            return Some(body);
        }
        bytes = &bytes[end..];
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box.
    fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat()
    }

    fn picture(brand: &[u8; 4]) -> Vec<u8> {
        let extent = [&[0; 4][..], &640u32.to_be_bytes(), &480u32.to_be_bytes()].concat();
        let properties = [boxed(b"pixi", &[0; 8]), boxed(b"ispe", &extent)].concat();
        let meta = [vec![0; 4], boxed(b"hdlr", b"pict"), boxed(b"iprp", &boxed(b"ipco", &properties))].concat();
        [boxed(b"ftyp", &[&b"mif1"[..], &[0; 4], b"miaf", brand].concat()), boxed(b"meta", &meta)].concat()
    }

    #[test]
    fn the_size_stands_in_its_property() {
        assert_eq!(size(&picture(b"avif")), Some((640, 480)));
        assert_eq!(size(&picture(b"heic")), None, "another kind");
        let whole = picture(b"avif");
        assert!((0..whole.len()).all(|end| size(&whole[..end]).is_none()), "cut off anywhere");
    }

    #[test]
    fn sizes_that_lie_end_the_reading() {
        for bytes in
            [&b""[..], b"\0\0\0\x08ftyp", b"\0\0\0\x01ftypavif", b"\xff\xff\xff\xffftypavif", b"\0\0\0\x04free"]
        {
            assert_eq!(size(bytes), None);
        }
    }
}
