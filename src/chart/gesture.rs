//! What fingers and mouse mean on a chart. Pure: places come in, intents go out.

/// A place on the chart, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// What the user is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Intent {
    Nothing,
    /// reads the values at a place
    Read(Point),
    /// is about to choose a stretch of time
    Stretch(f64, f64),
    /// is about to choose a stretch of time and of values
    Box(Point, Point),
    /// has chosen a stretch of time
    ZoomTime(f64, f64),
    /// has chosen a stretch of time and of values
    ZoomBox(Point, Point),
    /// has spread or pinched two fingers around a place: the range becomes `factor` times as long
    Pinch {
        around: f64,
        factor: f64,
    },
}

/// Less than this is a click, not a drag.
const SLACK: f64 = 5.0;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// a mouse button is down
    Dragging { from: Point, boxed: bool },
    /// one finger reads
    Finger { id: i32, at: Point },
    /// two fingers: where they began and are
    Pinching { ids: [i32; 2], began: [Point; 2], at: [Point; 2] },
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gesture(State);

impl Gesture {
    pub fn down(&mut self, id: i32, touch: bool, at: Point, shift: bool) -> Intent {
        self.0 = match (touch, self.0) {
            (true, State::Finger { id: first, at: other }) if first != id => {
                let both = [other, at];
                State::Pinching { ids: [first, id], began: both, at: both }
            }
            (true, _) => State::Finger { id, at },
            (false, _) => State::Dragging { from: at, boxed: shift },
        };
        if touch { Intent::Read(at) } else { Intent::Nothing }
    }

    pub fn moved(&mut self, id: i32, at: Point) -> Intent {
        match &mut self.0 {
            State::Idle => Intent::Read(at),
            State::Dragging { from, .. } if !is_drag(*from, at) => Intent::Read(at),
            State::Dragging { from, boxed: false } => Intent::Stretch(from.x.min(at.x), from.x.max(at.x)),
            State::Dragging { from, boxed: true } => {
                let (a, b) = corners(*from, at);
                Intent::Box(a, b)
            }
            State::Finger { at: place, .. } => {
                *place = at;
                Intent::Read(at)
            }
            State::Pinching { ids, at: places, .. } => {
                for (known, place) in ids.iter().zip(places.iter_mut()) {
                    if *known == id {
                        *place = at;
                    }
                }
                Intent::Nothing
            }
        }
    }

    pub fn up(&mut self, at: Point) -> Intent {
        match std::mem::take(&mut self.0) {
            State::Dragging { from, boxed } if is_drag(from, at) => {
                let (a, b) = corners(from, at);
                match boxed {
                    true if b.y - a.y > SLACK => Intent::ZoomBox(a, b),
                    _ => Intent::ZoomTime(a.x, b.x),
                }
            }
            State::Pinching { began: [a, b], at: [c, d], .. } => {
                let (before, after) = ((a.x - b.x).abs().max(1.0), (c.x - d.x).abs().max(1.0));
                let factor = (before / after).clamp(0.05, 20.0);
                if (factor - 1.0).abs() < 0.1 {
                    return Intent::Nothing;
                }
                Intent::Pinch { around: (a.x + b.x) / 2.0, factor }
            }
            _ => Intent::Read(at),
        }
    }

    /// The system took the pointer away, or Escape was pressed.
    pub fn cancel(&mut self) {
        self.0 = State::Idle;
    }

    pub fn is_busy(&self) -> bool {
        self.0 != State::Idle
    }
}

fn is_drag(from: Point, to: Point) -> bool {
    (from.x - to.x).abs() > SLACK
}

fn corners(a: Point, b: Point) -> (Point, Point) {
    (Point { x: a.x.min(b.x), y: a.y.min(b.y) }, Point { x: a.x.max(b.x), y: a.y.max(b.y) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_drag_chooses_time_and_a_click_does_not() {
        let mut g = Gesture::default();
        assert_eq!(g.moved(1, at(5.0, 5.0)), Intent::Read(at(5.0, 5.0)));
        g.down(1, false, at(100.0, 20.0), false);
        assert_eq!(g.moved(1, at(60.0, 90.0)), Intent::Stretch(60.0, 100.0));
        assert_eq!(g.up(at(60.0, 90.0)), Intent::ZoomTime(60.0, 100.0));
        g.down(1, false, at(100.0, 20.0), false);
        assert_eq!(g.up(at(103.0, 20.0)), Intent::Read(at(103.0, 20.0)));
        assert!(!g.is_busy());
    }

    #[test]
    fn with_shift_it_chooses_values_too() {
        let mut g = Gesture::default();
        g.down(1, false, at(100.0, 80.0), true);
        assert_eq!(g.moved(1, at(150.0, 20.0)), Intent::Box(at(100.0, 20.0), at(150.0, 80.0)));
        assert_eq!(g.up(at(150.0, 20.0)), Intent::ZoomBox(at(100.0, 20.0), at(150.0, 80.0)));
    }

    #[test]
    fn a_finger_reads_and_two_pinch() {
        let mut g = Gesture::default();
        assert_eq!(g.down(1, true, at(10.0, 5.0), false), Intent::Read(at(10.0, 5.0)));
        assert_eq!(g.moved(1, at(40.0, 5.0)), Intent::Read(at(40.0, 5.0)));
        g.down(2, true, at(60.0, 5.0), false);
        g.moved(1, at(30.0, 5.0));
        g.moved(2, at(70.0, 5.0));
        assert_eq!(g.up(at(70.0, 5.0)), Intent::Pinch { around: 50.0, factor: 0.5 });
        g.down(1, true, at(10.0, 5.0), false);
        g.cancel();
        assert!(!g.is_busy());
    }
}
