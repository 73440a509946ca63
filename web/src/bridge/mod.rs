//! Talks to the module worker that runs the core, so that typing never waits and a crash costs only the worker.

mod calls;
mod protocol;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use gloo::events::EventListener;
use retort_report::{InputFile, Report, ReportChange};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use self::protocol::{Call, Message};
pub use self::protocol::{CallError, plain, value};
use crate::state::SourceFile;

/// What the page is told without having asked.
pub enum BridgeEvent {
    /// The core is loaded.
    Ready,
    /// The core could not be loaded: why.
    Unavailable(String),
    /// The core crashed and was started anew.
    Crashed,
    /// An answer to [`Bridge::review`].
    Reviewed {
        /// The edition of the input that was reviewed.
        edition: u64,
        /// The report, or why there is none.
        report: Result<Rc<Report>, String>,
    },
}

/// All that a review depends on.
pub struct ReviewRequest {
    /// Counts the changes of the input.
    pub edition: u64,
    /// The files.
    pub files: Vec<Rc<SourceFile>>,
    /// The text of `retort.toml`.
    pub config: Rc<str>,
}

type Answer = Box<dyn FnOnce(Result<JsValue, CallError>)>;

/// A handle to the worker; clones share it.
#[derive(Clone)]
pub struct Bridge(Rc<Inner>);

struct Inner {
    events: Callback<BridgeEvent>,
    running: RefCell<Option<Running>>,
    ready: Cell<bool>,
    next_id: Cell<u32>,
    answers: RefCell<BTreeMap<u32, Answer>>,
    /// The files that the worker has, by path.
    sent: RefCell<Vec<Rc<SourceFile>>>,
    reviewing: Cell<bool>,
    waiting: RefCell<Option<ReviewRequest>>,
    /// The last report that came: the worker tells only what changed since.
    report: RefCell<Option<Rc<Report>>>,
}

struct Running {
    worker: Worker,
    _listeners: [EventListener; 2],
}

impl PartialEq for Bridge {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Serialize)]
struct ReviewParameters<'a> {
    changed: Vec<InputFile>,
    removed: Vec<Rc<str>>,
    config: &'a str,
}

impl Bridge {
    /// Starts the worker.
    pub fn start(events: Callback<BridgeEvent>) -> Self {
        let bridge = Self(Rc::new(Inner {
            events,
            running: RefCell::default(),
            ready: Cell::default(),
            next_id: Cell::default(),
            answers: RefCell::default(),
            sent: RefCell::default(),
            reviewing: Cell::default(),
            waiting: RefCell::default(),
            report: RefCell::default(),
        }));
        bridge.spawn();
        bridge
    }

    /// Asks for a review. While one is under way only the newest request is kept: it runs next.
    pub fn review(&self, request: ReviewRequest) {
        if self.0.reviewing.get() {
            self.0.waiting.replace(Some(request));
        } else {
            self.send_review(&request);
        }
    }

    /// Stops whatever runs, by replacing the worker.
    pub fn stop(&self) {
        self.restart();
    }

    fn send_review(&self, request: &ReviewRequest) {
        self.0.reviewing.set(true);
        let edition = request.edition;
        let parameters = self.changes_since_last_time(request);
        let bridge = self.clone();
        self.call(
            "review",
            &parameters,
            move |answer: Result<ReportChange, _>| {
                bridge.0.reviewing.set(false);
                match answer {
                    Ok(change) => {
                        let earlier = bridge.0.report.take();
                        let report = Rc::new(change.onto(earlier.as_deref()));
                        bridge.0.report.replace(Some(Rc::clone(&report)));
                        bridge.0.events.emit(BridgeEvent::Reviewed {
                            edition,
                            report: Ok(report),
                        });
                    }
                    Err(CallError::Refused(reason)) => {
                        bridge.0.events.emit(BridgeEvent::Reviewed {
                            edition,
                            report: Err(reason),
                        })
                    }
                    Err(CallError::Crashed) => {}
                }
                let waiting = bridge.0.waiting.take();
                if let Some(next) = waiting {
                    bridge.send_review(&next);
                }
            },
        );
    }

    fn changes_since_last_time<'a>(&self, request: &'a ReviewRequest) -> ReviewParameters<'a> {
        let sent = self.0.sent.replace(request.files.clone());
        let (changed, removed) = difference(&sent, &request.files);
        ReviewParameters {
            changed: changed.into_iter().map(SourceFile::to_input).collect(),
            removed,
            config: &request.config,
        }
    }

    fn call_plain(&self, method: &'static str, parameters: JsValue, answer: Answer) {
        let id = self.0.next_id.get();
        self.0.next_id.set(id + 1);
        let call = Call::new(id, method, &parameters);
        let running = self.0.running.borrow();
        let posted = running
            .as_ref()
            .is_some_and(|running| running.worker.post_message(call.as_ref()).is_ok());
        drop(running);
        if posted {
            self.0.answers.borrow_mut().insert(id, answer);
        } else {
            answer(Err(CallError::Crashed));
        }
    }

    fn spawn(&self) {
        let Some(worker) = worker_named("review-worker") else {
            self.0.events.emit(BridgeEvent::Unavailable(
                "this browser does not start module workers".into(),
            ));
            return;
        };
        let bridge = self.clone();
        let message = EventListener::new(&worker, "message", move |event| {
            if let Some(event) = event.dyn_ref::<MessageEvent>() {
                bridge.receive(&Message::from(event.data()));
            }
        });
        let bridge = self.clone();
        let error = EventListener::new(&worker, "error", move |_| bridge.fell_over());
        self.0.running.replace(Some(Running {
            worker,
            _listeners: [message, error],
        }));
    }

    fn receive(&self, message: &Message) {
        match message {
            Message::Ready => {
                self.0.ready.set(true);
                self.0.events.emit(BridgeEvent::Ready);
            }
            Message::Failed(reason) => self.0.events.emit(BridgeEvent::Unavailable(reason.clone())),
            Message::Answer { id, result } => {
                let crashed = matches!(result, Err(CallError::Crashed));
                let answer = self.0.answers.borrow_mut().remove(id);
                if let Some(answer) = answer {
                    answer(result.clone());
                }
                if crashed {
                    self.fell_over();
                }
            }
        }
    }

    /// The worker died: of a crash in the core, which gets a new worker, or because it never loaded, which would not
    /// get better by trying again.
    fn fell_over(&self) {
        if self.0.ready.get() {
            self.restart();
            self.0.events.emit(BridgeEvent::Crashed);
        } else {
            self.0
                .events
                .emit(BridgeEvent::Unavailable("its files did not load".into()));
        }
    }

    fn restart(&self) {
        if let Some(running) = self.0.running.take() {
            running.worker.terminate();
        }
        self.0.ready.set(false);
        self.0.reviewing.set(false);
        self.0.waiting.take();
        self.0.sent.borrow_mut().clear();
        let unanswered = self.0.answers.take();
        self.spawn();
        for answer in unanswered.into_values() {
            answer(Err(CallError::Crashed));
        }
    }

    fn call<P, R>(
        &self,
        method: &'static str,
        parameters: &P,
        then: impl FnOnce(Result<R, CallError>) + 'static,
    ) where
        P: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        self.call_for_value(method, plain(parameters), then);
    }

    fn call_for_value<R: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: JsValue,
        then: impl FnOnce(Result<R, CallError>) + 'static,
    ) {
        let answer = move |answer: Result<JsValue, CallError>| then(answer.and_then(value));
        self.call_plain(method, parameters, Box::new(answer));
    }
}

/// A worker whose address the page names in the element of this id, since it holds a hash of its content.
pub fn worker_named(id: &str) -> Option<Worker> {
    let link = gloo::utils::document().get_element_by_id(id)?;
    let address = link.dyn_into::<web_sys::HtmlLinkElement>().ok()?.href();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&address, &options).ok()
}

/// Of two lists of files, each by path: the files that are new or changed, and the paths of those that are gone. What both
/// share is told by its address.
fn difference<'a>(
    before: &[Rc<SourceFile>],
    now: &'a [Rc<SourceFile>],
) -> (Vec<&'a SourceFile>, Vec<Rc<str>>) {
    let (mut changed, mut removed) = (Vec::new(), Vec::new());
    let mut old = before.iter().peekable();
    for file in now {
        while let Some(gone) = old.next_if(|known| known.path < file.path) {
            removed.push(gone.path.clone());
        }
        let known = old.next_if(|known| known.path == file.path);
        if known.is_none_or(|known| !Rc::ptr_eq(known, file) && known != file) {
            changed.push(file.as_ref());
        }
    }
    removed.extend(old.map(|gone| gone.path.clone()));
    (changed, removed)
}
