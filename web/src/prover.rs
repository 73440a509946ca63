//! Talks to the module worker that runs PostgreSQL. It is started by a proof and ended with it, whatever it is doing.

use std::{cell::RefCell, rc::Rc};

use gloo::events::EventListener;
use js_sys::{Object, Reflect};
use retort_report::{ProofEvent, ProofPlan};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};
use yew::Callback;

use crate::{
    bridge::{plain, value, worker_named},
    state::{ProofAction, ProofStart},
};

/// What is told of the proof of a revision.
pub type Told = (Rc<str>, ProofAction);

/// A handle to the worker; clones share it.
#[derive(Clone)]
pub struct Prover(Rc<Inner>);

struct Inner {
    events: Callback<Told>,
    running: RefCell<Option<Running>>,
}

struct Running {
    revision: Rc<str>,
    worker: Worker,
    _listeners: [EventListener; 2],
}

impl PartialEq for Prover {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Prover {
    /// Without a worker: nothing is fetched before there is something to prove.
    pub fn new(events: Callback<Told>) -> Self {
        Self(Rc::new(Inner {
            events,
            running: RefCell::default(),
        }))
    }

    /// Runs a plan. A proof that is under way is stopped.
    pub fn run(&self, revision: &Rc<str>, plan: &ProofPlan, start: ProofStart) {
        self.cancel();
        let Some(worker) = worker_named("prove-worker") else {
            self.broken(revision, "this browser does not start module workers");
            return;
        };
        let message = {
            let (prover, revision) = (self.clone(), revision.clone());
            EventListener::new(&worker, "message", move |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    prover.receive(&revision, event.data());
                }
            })
        };
        let error = {
            let (prover, revision) = (self.clone(), revision.clone());
            EventListener::new(&worker, "error", move |_| {
                prover.end();
                prover.broken(&revision, "its files did not load, or it crashed");
            })
        };
        let request = Object::new();
        let from = match start {
            ProofStart::History => "history",
            ProofStart::Schema => "schema",
        };
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&request, &"plan".into(), &plain(plan));
        let _ = Reflect::set(&request, &"start".into(), &from.into());
        let posted = worker.post_message(&request).is_ok();
        self.0.running.replace(Some(Running {
            revision: revision.clone(),
            worker,
            _listeners: [message, error],
        }));
        if !posted {
            self.end();
            self.broken(revision, "the plan could not be handed over");
        }
    }

    /// Stops the proof that is under way, whatever PostgreSQL is doing.
    pub fn cancel(&self) {
        if let Some(revision) = self.end() {
            self.0.events.emit((revision, ProofAction::Cancel));
        }
    }

    fn receive(&self, revision: &Rc<str>, data: JsValue) {
        let Ok(events) = value::<Vec<ProofEvent>>(data) else {
            self.end();
            self.broken(revision, "the worker said something unknown");
            return;
        };
        let over = events
            .iter()
            .any(|event| matches!(event, ProofEvent::Done { .. } | ProofEvent::Broken { .. }));
        if over {
            self.end();
        }
        self.tell(revision, events);
    }

    fn broken(&self, revision: &Rc<str>, reason: &str) {
        let reason = reason.to_owned();
        self.tell(revision, vec![ProofEvent::Broken { reason }]);
    }

    fn tell(&self, revision: &Rc<str>, events: Vec<ProofEvent>) {
        let told = (revision.clone(), ProofAction::Told(events));
        self.0.events.emit(told);
    }

    fn end(&self) -> Option<Rc<str>> {
        let running = self.0.running.take()?;
        running.worker.terminate();
        Some(running.revision)
    }
}
