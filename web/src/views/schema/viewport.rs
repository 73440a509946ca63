use retort_report::{Diagram, Mark, TableCard};

const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 3.0;
/// A picture that fits at this scale is shown whole at first.
const LEGIBLE: f64 = 0.7;
/// What is shown first keeps this distance from the frame, in pixels.
const MARGIN: f64 = 18.0;
/// A table that is jumped to is at least this large.
const READABLE: f64 = 0.8;

/// What part of a picture is seen: where its corner lies in the frame, and its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    pub x: f64,
    pub y: f64,
    pub scale: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            scale: 1.0,
        }
    }
}

impl Viewport {
    /// What is seen first: the whole picture if it can be read like that, otherwise what changed, from its corner on if
    /// it is too large as well. A picture without changes is an overview.
    pub fn begin(diagram: &Diagram, (width, height): (f64, f64)) -> Self {
        let whole = Self::fit(diagram, (width, height));
        let changed = diagram
            .tables
            .iter()
            .filter(|card| card.mark() != Mark::Unchanged);
        let Some(part) = changed.map(Window::of).reduce(Window::with) else {
            return whole;
        };
        if whole.scale >= LEGIBLE {
            return whole;
        }
        let (across, down) = (part.right - part.left, part.bottom - part.top);
        let room = |whole: f64, part: f64| (whole - 2.0 * MARGIN) / part.max(1.0);
        let scale = room(width, across)
            .min(room(height, down))
            .clamp(LEGIBLE, 1.0);
        let place = |start: f64, length: f64, frame: f64| {
            let middle = (frame - length * scale) / 2.0;
            middle.max(MARGIN) - start * scale
        };
        Self {
            x: place(part.left, across, width),
            y: place(part.top, down, height),
            scale,
        }
    }

    /// The whole picture in the middle of a frame; never larger than drawn.
    pub fn fit(diagram: &Diagram, (width, height): (f64, f64)) -> Self {
        let scale = (width / diagram.width.max(1.0))
            .min(height / diagram.height.max(1.0))
            .clamp(SMALLEST, 1.0);
        Self {
            x: (width - diagram.width * scale) / 2.0 - diagram.x * scale,
            y: (height - diagram.height * scale) / 2.0 - diagram.y * scale,
            scale,
        }
    }

    /// The same scale with a point of the picture in the middle of a frame.
    pub fn centred(self, (x, y): (f64, f64), (width, height): (f64, f64)) -> Self {
        Self {
            x: width / 2.0 - x * self.scale,
            y: height / 2.0 - y * self.scale,
            ..self
        }
    }

    /// The part of the picture that a frame shows.
    pub fn window(self, (width, height): (f64, f64)) -> Window {
        Window {
            left: -self.x / self.scale,
            top: -self.y / self.scale,
            right: (width - self.x) / self.scale,
            bottom: (height - self.y) / self.scale,
        }
    }

    /// A table in the middle of a frame.
    pub fn around(self, card: &TableCard, (width, height): (f64, f64)) -> Self {
        let scale = self.scale.max(READABLE);
        Self {
            x: width / 2.0 - (card.x + card.width / 2.0) * scale,
            y: height / 2.0 - (card.y + card.height / 2.0) * scale,
            scale,
        }
    }

    /// Another scale; what is seen at a point of the frame stays there.
    pub fn zoom(self, factor: f64, (x, y): (f64, f64)) -> Self {
        let scale = (self.scale * factor).clamp(SMALLEST, LARGEST);
        let ratio = scale / self.scale;
        Self {
            x: x - (x - self.x) * ratio,
            y: y - (y - self.y) * ratio,
            scale,
        }
    }

    pub fn moved(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
            ..self
        }
    }
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Window {
    /// A larger one, the same for all windows near it: what it holds has to be drawn anew only now and then.
    pub fn roomy(self) -> Self {
        const TILE: f64 = 480.0;
        let down = |value: f64| (value / TILE).floor() * TILE - TILE;
        let up = |value: f64| (value / TILE).ceil() * TILE + TILE;
        Self {
            left: down(self.left),
            top: down(self.top),
            right: up(self.right),
            bottom: up(self.bottom),
        }
    }

    /// The part that a card takes.
    fn of(card: &TableCard) -> Self {
        Self {
            left: card.x,
            top: card.y,
            right: card.x + card.width,
            bottom: card.y + card.height,
        }
    }

    /// The smallest part around both.
    fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub fn shows(&self, card: &TableCard) -> bool {
        card.x < self.right
            && card.x + card.width > self.left
            && card.y < self.bottom
            && card.y + card.height > self.top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_moves_within_its_room_without_another_drawing() {
        let near = Viewport {
            x: -500.0,
            y: -500.0,
            scale: 1.0,
        };
        let frame = (800.0, 600.0);
        let rooms: Vec<Window> = (0..40)
            .map(|step| near.moved(f64::from(-step), 0.0).window(frame).roomy())
            .collect();
        assert!(rooms.windows(2).filter(|pair| pair[0] != pair[1]).count() <= 1);
        for (step, room) in (0..40).zip(&rooms) {
            let window = near.moved(f64::from(-step), 0.0).window(frame);
            assert!(room.left <= window.left && room.right >= window.right);
        }
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let before = Viewport {
            x: 30.0,
            y: -10.0,
            scale: 0.5,
        };
        let pointer = (120.0, 80.0);
        let after = before.zoom(2.0, pointer);
        let under = |view: Viewport| {
            (
                (pointer.0 - view.x) / view.scale,
                (pointer.1 - view.y) / view.scale,
            )
        };
        assert_eq!(under(before), under(after));
    }

    #[test]
    fn the_scale_has_limits() {
        let view = Viewport::default();
        assert!(view.zoom(1e9, (0.0, 0.0)).scale <= LARGEST);
        assert!(view.zoom(1e-9, (0.0, 0.0)).scale >= SMALLEST);
    }
}
