use retort_report::{Diagram, TableCard};

const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 3.0;
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
    /// The whole picture in the middle of a frame; never larger than drawn.
    pub fn fit(diagram: &Diagram, (width, height): (f64, f64)) -> Self {
        let scale = (width / diagram.width.max(1.0))
            .min(height / diagram.height.max(1.0))
            .clamp(SMALLEST, 1.0);
        Self {
            x: (width - diagram.width * scale) / 2.0,
            y: (height - diagram.height * scale) / 2.0,
            scale,
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

#[cfg(test)]
mod tests {
    use super::*;

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
