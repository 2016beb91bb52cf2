//! Issue 6, points 3 and 5: shows move in and out; what apps know them by is kept or has to be typed.

mod further;
mod scene;
