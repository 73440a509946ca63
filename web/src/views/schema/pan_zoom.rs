use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use retort_report::{Between, Diagram, TableCard};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, PointerEvent, ResizeObserver, WheelEvent};
use yew::prelude::*;

use super::{drawing::Drag, viewport::Viewport};
use crate::state::Shared;

const STEP: f64 = 1.25;
/// How far an arrow key goes, in pixels.
const STRIDE: f64 = 60.0;
/// A pointer that moves less than this, in pixels, clicks.
const STILL: f64 = 4.0;

type Point = (f64, f64);

/// A frame in which a picture is dragged, zoomed and walked.
pub struct PanZoom {
    pub frame: NodeRef,
    pub viewport: Viewport,
    /// The frame's size.
    pub size: Point,
    pub act: Callback<Motion>,
    pub wheel: Callback<WheelEvent>,
    pub grab: Callback<PointerEvent>,
    pub drag: Callback<PointerEvent>,
    pub release: Callback<PointerEvent>,
    /// The card that is on its way.
    pub moving: Option<Drag>,
}

/// What can be done to the viewport.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// What changed, large enough to be read.
    Begin,
    /// The whole picture.
    Fit,
    /// Around the middle of the frame, or a point of it.
    Zoom(f64, Option<Point>),
    Move(f64, f64),
    /// A point of the picture into the middle.
    Centre(Point),
    /// A card into the middle, large enough to be read.
    Around(Box<TableCard>),
}

impl Motion {
    pub fn closer() -> Self {
        Self::Zoom(STEP, None)
    }

    pub fn further() -> Self {
        Self::Zoom(1.0 / STEP, None)
    }
}

/// What a press and release amounted to.
pub enum Gesture {
    /// On this card, or beside all.
    Click(Option<String>),
    /// The card was put so far from where it was.
    Put { key: String, by: Point },
}

/// What the pointers hold.
#[derive(Default)]
struct Hold {
    pointers: BTreeMap<i32, Point>,
    /// The card under the first of them.
    card: Option<String>,
    start: Point,
    moved: bool,
}

/// Shows what changed when it is of something else, and when it or the frame changes as long as nobody moved it.
#[hook]
pub fn use_pan_zoom(
    diagram: &Shared<Diagram>,
    of: &Between,
    on_gesture: &Callback<Gesture>,
) -> PanZoom {
    let frame = use_node_ref();
    let viewport = use_state_eq(Viewport::default);
    let size = use_state_eq(|| (0.0, 0.0));
    let moving = use_state_eq(|| None::<Drag>);
    let touched = use_mut_ref(|| false);
    // Beside the state: two events may come between two renders.
    let latest = use_mut_ref(Viewport::default);
    let hold = use_mut_ref(Hold::default);
    let act = {
        let (frame, viewport, touched) = (frame.clone(), viewport.setter(), touched.clone());
        let (diagram, latest) = (diagram.clone(), latest.clone());
        Callback::from(move |motion: Motion| {
            let Some(size) = size_of(&frame) else { return };
            touched.replace(motion != Motion::Begin);
            let mut view = latest.borrow_mut();
            *view = match motion {
                Motion::Begin => Viewport::begin(&diagram, size),
                Motion::Fit => Viewport::fit(&diagram, size),
                Motion::Zoom(factor, point) => {
                    view.zoom(factor, point.unwrap_or((size.0 / 2.0, size.1 / 2.0)))
                }
                Motion::Move(x, y) => view.moved(x, y),
                Motion::Centre(point) => view.centred(point, size),
                Motion::Around(card) => view.around(&card, size),
            };
            viewport.set(*view);
        })
    };
    {
        let touched = touched.clone();
        let question = (of.from.clone(), of.to.clone(), of.scope);
        use_effect_with(question, move |_| {
            touched.replace(false);
        });
    }
    {
        let (frame, act, size) = (frame.clone(), act.clone(), size.setter());
        let moving = moving.setter();
        use_effect_with(diagram.clone(), move |_| {
            moving.set(None);
            let observed = frame.clone();
            let observer = observe(&frame, move || {
                if let Some(now) = size_of(&observed) {
                    size.set(now);
                    if !*touched.borrow() {
                        act.emit(Motion::Begin);
                    }
                }
            });
            move || drop(observer)
        });
    }
    let grab = {
        let (hold, frame) = (hold.clone(), frame.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            let mut hold = hold.borrow_mut();
            if hold.pointers.is_empty() {
                hold.card = card_under(&event);
                hold.start = point_of(&event);
                hold.moved = false;
            } else {
                hold.card = None;
            }
            hold.pointers.insert(event.pointer_id(), point_of(&event));
            capture(&frame, &event);
        })
    };
    let drag = drag(&hold, &act, &latest, &moving, &frame);
    let release = {
        let (moving, on_gesture, latest) = (moving.setter(), on_gesture.clone(), latest.clone());
        Callback::from(move |event: PointerEvent| {
            let mut hold = hold.borrow_mut();
            if hold.pointers.remove(&event.pointer_id()).is_none() || !hold.pointers.is_empty() {
                return;
            }
            let cancelled = event.type_() == "pointercancel";
            let (card, still) = (hold.card.take(), !hold.moved);
            let by = scaled(point_of(&event), hold.start, latest.borrow().scale);
            drop(hold);
            match card {
                _ if cancelled => moving.set(None),
                card if still => on_gesture.emit(Gesture::Click(card)),
                Some(key) => on_gesture.emit(Gesture::Put { key, by }),
                None => {}
            }
        })
    };
    PanZoom {
        wheel: wheel(&frame, &act),
        grab,
        drag,
        release,
        viewport: *viewport,
        size: *size,
        moving: (*moving).clone(),
        act,
        frame,
    }
}

/// One pointer moves the card it grabbed, or the picture; two zoom it.
fn drag(
    hold: &Rc<RefCell<Hold>>,
    act: &Callback<Motion>,
    latest: &Rc<RefCell<Viewport>>,
    moving: &UseStateHandle<Option<Drag>>,
    frame: &NodeRef,
) -> Callback<PointerEvent> {
    let (hold, act, latest) = (hold.clone(), act.clone(), latest.clone());
    let (moving, frame) = (moving.setter(), frame.clone());
    Callback::from(move |event: PointerEvent| {
        let mut hold = hold.borrow_mut();
        let now = point_of(&event);
        let start = hold.start;
        let Some(before) = hold.pointers.get(&event.pointer_id()).copied() else {
            return;
        };
        hold.moved |= (now.0 - start.0).hypot(now.1 - start.1) > STILL;
        let others: Vec<Point> = hold
            .pointers
            .iter()
            .filter(|(id, _)| **id != event.pointer_id())
            .map(|(_, point)| *point)
            .collect();
        hold.pointers.insert(event.pointer_id(), now);
        if !hold.moved {
            return;
        }
        let (dx, dy) = (now.0 - before.0, now.1 - before.1);
        match (others.first(), &hold.card) {
            (Some(other), _) => {
                let apart = |point: Point| (point.0 - other.0).hypot(point.1 - other.1).max(1.0);
                let middle = (f64::midpoint(now.0, other.0), f64::midpoint(now.1, other.1));
                let corner = frame
                    .cast::<Element>()
                    .map(|frame| frame.get_bounding_client_rect());
                let middle = corner.map(|at| (middle.0 - at.left(), middle.1 - at.top()));
                let factor = apart(now) / apart(before);
                act.emit(Motion::Move(dx / 2.0, dy / 2.0));
                act.emit(Motion::Zoom(factor, middle));
            }
            (None, Some(key)) => moving.set(Some(Drag {
                key: key.clone().into(),
                offset: scaled(now, start, latest.borrow().scale),
            })),
            (None, None) => act.emit(Motion::Move(dx, dy)),
        }
    })
}

fn scaled(now: Point, start: Point, scale: f64) -> Point {
    ((now.0 - start.0) / scale, (now.1 - start.1) / scale)
}

/// The key of the card that the pointer is on.
fn card_under(event: &PointerEvent) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target
        .closest("[data-table]")
        .ok()??
        .get_attribute("data-table")
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

/// The motion of a key, if it has one.
pub fn motion_of(key: &str) -> Option<Motion> {
    Some(match key {
        "ArrowLeft" => Motion::Move(STRIDE, 0.0),
        "ArrowRight" => Motion::Move(-STRIDE, 0.0),
        "ArrowUp" => Motion::Move(0.0, STRIDE),
        "ArrowDown" => Motion::Move(0.0, -STRIDE),
        "+" | "=" => Motion::closer(),
        "-" => Motion::further(),
        "0" => Motion::Fit,
        _ => return None,
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

/// Drags go on when the pointer leaves the frame. Events are delegated, so their current target would be the page.
fn capture(frame: &NodeRef, event: &PointerEvent) {
    if let Some(frame) = frame.cast::<Element>() {
        // Refused only for a pointer that is already gone.
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
