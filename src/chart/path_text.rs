//! Paths as text, in the notation of SVG path data, which canvases take in one call.
//!
//! Each call from WebAssembly to the canvas costs more than its ink is worth, above all in a page that was just
//! opened, where nothing is compiled yet: 2 x 3,500 calls for three series of a day were 1 to 4 ms of a first
//! drawing.

/// A path being written. Coordinates are whole units of whatever grid the canvas is scaled to.
#[derive(Default)]
pub struct PathText {
    text: Vec<u8>,
    /// where the pen stands
    at: (i32, i32),
}

impl PathText {
    /// Lifts the pen and sets it down at a place.
    pub fn begin(&mut self, x: i32, y: i32) {
        self.text.push(b'M');
        self.number(x);
        self.text.push(b' ');
        self.number(y);
        self.at = (x, y);
    }

    pub fn line_to(&mut self, x: i32, y: i32) {
        // Relative: fewer digits to write and to read.
        let (dx, dy) = (x.wrapping_sub(self.at.0), y.wrapping_sub(self.at.1));
        match (dx, dy) {
            (0, dy) => {
                self.text.push(b'v');
                self.number(dy);
            }
            (dx, 0) => {
                self.text.push(b'h');
                self.number(dx);
            }
            (dx, dy) => {
                self.text.push(b'l');
                self.number(dx);
                if dy >= 0 {
                    self.text.push(b' ');
                }
                self.number(dy);
            }
        }
        self.at = (x, y);
    }

    /// An upright line of its own.
    pub fn upright(&mut self, x: i32, top: i32, foot: i32) {
        self.begin(x, top);
        self.line_to(x, foot);
    }

    /// Leads back to where the pen was set down.
    pub fn close(&mut self) {
        self.text.push(b'z');
    }

    pub fn as_str(&self) -> &str {
        // Only ASCII was written.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    fn number(&mut self, value: i32) {
        if value < 0 {
            self.text.push(b'-');
        }
        let begin = self.text.len();
        let mut left = value.unsigned_abs();
        loop {
            self.text.push(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if let Some(digits) = self.text.get_mut(begin..) {
            digits.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_relative_and_upright_or_level_ones_short() {
        let mut path = PathText::default();
        path.begin(10, -5);
        path.line_to(12, 0);
        path.line_to(12, -40);
        path.line_to(0, -40);
        path.line_to(-1, -41);
        path.close();
        assert_eq!(path.as_str(), "M10 -5l2 5v-40h-12l-1-1z");
    }

    #[test]
    fn upright_lines_stand_alone_also_without_length() {
        let mut path = PathText::default();
        path.upright(8, 16, 32);
        path.upright(24, 5, 5);
        assert_eq!(path.as_str(), "M8 16v16M24 5v0");
    }

    #[test]
    fn the_ends_of_the_numbers_are_written() {
        let mut path = PathText::default();
        path.begin(i32::MIN, i32::MAX);
        path.line_to(i32::MAX, 0);
        assert_eq!(path.as_str(), "M-2147483648 2147483647l-1-2147483647");
        assert_eq!(PathText::default().as_str(), "");
    }
}
