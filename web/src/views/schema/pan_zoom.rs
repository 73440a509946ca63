use retort_report::Diagram;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, PointerEvent, ResizeObserver, WheelEvent};
use yew::prelude::*;

use super::viewport::Viewport;
use crate::state::Shared;

const STEP: f64 = 1.25;
/// How far an arrow key goes, in pixels.
const STRIDE: f64 = 60.0;

/// A frame in which a picture is dragged, zoomed and walked.
pub struct PanZoom {
    pub frame: NodeRef,
    pub viewport: Viewport,
    pub wheel: Callback<WheelEvent>,
    pub grab: Callback<PointerEvent>,
    pub drag: Callback<PointerEvent>,
    pub release: Callback<PointerEvent>,
    pub keys: Callback<KeyboardEvent>,
    pub zoom_in: Callback<MouseEvent>,
    pub zoom_out: Callback<MouseEvent>,
    pub fit: Callback<MouseEvent>,
}

/// What can be done to the viewport.
#[derive(Clone, Copy)]
enum Motion {
    Fit,
    /// Around the middle of the frame, or a point of it.
    Zoom(f64, Option<(f64, f64)>),
    Move(f64, f64),
}

/// Fits the picture when it is another one, and when the frame's size changes as long as nobody moved it; `table` is
/// brought into the middle.
#[hook]
pub fn use_pan_zoom(diagram: &Shared<Diagram>, table: Option<&AttrValue>) -> PanZoom {
    let frame = use_node_ref();
    let viewport = use_state_eq(Viewport::default);
    let touched = use_mut_ref(|| false);
    let held = use_mut_ref(|| None::<(f64, f64)>);
    let act = {
        let (frame, viewport, touched) = (frame.clone(), viewport.clone(), touched.clone());
        let diagram = diagram.clone();
        Callback::from(move |motion: Motion| {
            let Some(size) = size_of(&frame) else { return };
            touched.replace(!matches!(motion, Motion::Fit));
            viewport.set(match motion {
                Motion::Fit => Viewport::fit(&diagram, size),
                Motion::Zoom(factor, point) => {
                    viewport.zoom(factor, point.unwrap_or((size.0 / 2.0, size.1 / 2.0)))
                }
                Motion::Move(x, y) => viewport.moved(x, y),
            });
        })
    };
    {
        let (frame, viewport, diagram) = (frame.clone(), viewport.setter(), diagram.clone());
        use_effect_with((diagram.width, diagram.height), move |_| {
            touched.replace(false);
            let observed = frame.clone();
            let observer = observe(&frame, move || {
                if let Some(size) = size_of(&observed).filter(|_| !*touched.borrow()) {
                    viewport.set(Viewport::fit(&diagram, size));
                }
            });
            move || drop(observer)
        });
    }
    {
        let (frame, viewport, diagram) = (frame.clone(), viewport.clone(), diagram.clone());
        use_effect_with(table.cloned(), move |table| {
            let mut cards = diagram.tables.iter();
            let wanted = table
                .as_ref()
                .and_then(|key| cards.find(|card| card.key == key.as_str()));
            if let (Some(card), Some(size)) = (wanted, size_of(&frame)) {
                viewport.set(viewport.around(card, size));
            }
        });
    }
    let drag = {
        let (held, act) = (held.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            let before = *held.borrow();
            if let Some(before) = before {
                let now = point_of(&event);
                held.replace(Some(now));
                act.emit(Motion::Move(now.0 - before.0, now.1 - before.1));
            }
        })
    };
    PanZoom {
        wheel: wheel(&frame, &act),
        keys: keys(&act),
        zoom_in: act.reform(|_| Motion::Zoom(STEP, None)),
        zoom_out: act.reform(|_| Motion::Zoom(1.0 / STEP, None)),
        fit: act.reform(|_| Motion::Fit),
        grab: {
            let held = held.clone();
            Callback::from(move |event: PointerEvent| {
                held.replace(Some(point_of(&event)));
                capture(&event);
            })
        },
        release: Callback::from(move |_| {
            held.take();
        }),
        drag,
        viewport: *viewport,
        frame,
    }
}

/// With Ctrl the wheel zooms, as everywhere; without, it moves the picture.
fn wheel(frame: &NodeRef, act: &Callback<Motion>) -> Callback<WheelEvent> {
    let (frame, act) = (frame.clone(), act.clone());
    Callback::from(move |event: WheelEvent| {
        event.prevent_default();
        if !event.ctrl_key() && !event.meta_key() {
            act.emit(Motion::Move(-event.delta_x(), -event.delta_y()));
        } else if let Some(frame) = frame.cast::<Element>() {
            let corner = frame.get_bounding_client_rect();
            let (x, y) = point_of(&event);
            let factor = (-event.delta_y() / 300.0).exp();
            act.emit(Motion::Zoom(
                factor,
                Some((x - corner.left(), y - corner.top())),
            ));
        }
    })
}

fn keys(act: &Callback<Motion>) -> Callback<KeyboardEvent> {
    let act = act.clone();
    Callback::from(move |event: KeyboardEvent| {
        let motion = match event.key().as_str() {
            "ArrowLeft" => Motion::Move(STRIDE, 0.0),
            "ArrowRight" => Motion::Move(-STRIDE, 0.0),
            "ArrowUp" => Motion::Move(0.0, STRIDE),
            "ArrowDown" => Motion::Move(0.0, -STRIDE),
            "+" | "=" => Motion::Zoom(STEP, None),
            "-" => Motion::Zoom(1.0 / STEP, None),
            "0" => Motion::Fit,
            _ => return,
        };
        event.prevent_default();
        act.emit(motion);
    })
}

fn point_of(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn size_of(frame: &NodeRef) -> Option<(f64, f64)> {
    let frame = frame.cast::<Element>()?;
    let (width, height) = (frame.client_width(), frame.client_height());
    (width > 0 && height > 0).then(|| (f64::from(width), f64::from(height)))
}

/// Drags go on when the pointer leaves the frame.
fn capture(event: &PointerEvent) {
    let target = event.current_target();
    if let Some(frame) = target.and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = frame.set_pointer_capture(event.pointer_id());
    }
}

/// Ends the observation when it is dropped.
struct Observation {
    observer: ResizeObserver,
    _callback: Closure<dyn Fn()>,
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls when the size of the frame is first known, and whenever it changes.
fn observe(frame: &NodeRef, act: impl Fn() + 'static) -> Option<Observation> {
    let frame = frame.cast::<Element>()?;
    let callback = Closure::<dyn Fn()>::new(act);
    let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
    observer.observe(&frame);
    Some(Observation {
        observer,
        _callback: callback,
    })
}
