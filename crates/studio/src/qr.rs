//! An address as a picture that telephones read (ISO/IEC 18004): for the window as SVG, for a terminal as half blocks.

use qrcode::render::unicode::Dense1x2;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Free modules around it, as the standard asks for.
const QUIET: usize = 4;

/// The picture as SVG: dark on white in every theme, for readers need the contrast. Empty for what no picture holds.
pub(crate) fn svg(address: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else { return String::new() };
    let (width, colours) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (n, _) in colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        // Writing into a String cannot fail.
        let _ = write!(path, "M{} {}h1v1h-1z", n % width + QUIET, n / width + QUIET);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

/// The picture for a terminal with light letters on a dark ground; nothing for what no picture holds.
pub fn qr_text(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules as the SVG has them, read by a reader of another house (a port of quirc).
    #[test]
    fn a_foreign_reader_reads_the_address_back() {
        let address = "https://pods.example.org/p/abcdefghijklmnopqrstuvwxyz234567/";
        let svg = svg(address);
        let number = |text: &str| text.parse::<usize>().unwrap();
        let side = number(svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap());
        let path = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        let dark: Vec<(usize, usize)> = path
            .split('M')
            .skip(1)
            .map(|one| {
                let (x, y) = one.strip_suffix("h1v1h-1z").unwrap().split_once(' ').unwrap();
                (number(x), number(y))
            })
            .collect();
        let big = 8;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * big, side * big, |x, y| {
            if dark.contains(&(x / big, y / big)) { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, address);
        assert!(qr_text(address).unwrap().contains('█'));
        assert_eq!(
            (super::svg(&"x".repeat(5_000)).as_str(), qr_text(&"x".repeat(5_000))),
            ("", None),
            "too much for a picture"
        );
    }
}
