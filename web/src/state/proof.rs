//! Proofs on a real PostgreSQL: what was told of each.

use std::{collections::BTreeMap, rc::Rc};

use retort_report::{ProofEvent, ProofPhase, ProofPlan, ProofVerdict};

use super::Shared;

/// Where a proof starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProofStart {
    /// The migrations before.
    #[default]
    History,
    /// The simulated schema.
    Schema,
}

/// The newest proof of each revision.
pub type Proofs = BTreeMap<Rc<str>, Shared<Proof>>;

/// A proof, under way or over.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The edition of the input that it is about.
    pub edition: u64,
    /// What is run.
    pub plan: Shared<ProofPlan>,
    /// From where.
    pub start: ProofStart,
    /// Bytes of PostgreSQL that came, of how many.
    pub loading: Option<(f64, f64)>,
    /// PostgreSQL's version, once it runs.
    pub version: Option<String>,
    /// The part under way, how many statements of it ran, of how many.
    pub phase: Option<(ProofPhase, usize, u32)>,
    /// What was told, without what went well on the way to the revision before.
    pub events: Vec<ProofEvent>,
    /// How it ended.
    pub end: Option<ProofEnd>,
}

/// How a proof ended.
#[derive(Clone, Debug, PartialEq)]
pub enum ProofEnd {
    /// All was run that could be; in so many milliseconds.
    Done(ProofVerdict, f64),
    /// PostgreSQL could not be run.
    Broken(String),
    /// The person stopped it.
    Cancelled,
}

/// What can happen to a proof.
pub enum ProofAction {
    Begin {
        edition: u64,
        plan: Box<ProofPlan>,
        start: ProofStart,
    },
    Told(Vec<ProofEvent>),
    Cancel,
}

impl Proof {
    /// A proof of which nothing was told yet.
    pub fn new(edition: u64, plan: ProofPlan, start: ProofStart) -> Self {
        Self {
            edition,
            plan: Shared::new(plan),
            start,
            loading: None,
            version: None,
            phase: None,
            events: Vec::new(),
            end: None,
        }
    }

    /// How the cycle went on PostgreSQL, if it came that far.
    pub fn verdict(&self) -> Option<ProofVerdict> {
        match self.end {
            Some(ProofEnd::Done(verdict, _)) => Some(verdict),
            _ => None,
        }
    }

    /// Takes in what was told.
    pub fn tell(&mut self, event: ProofEvent) {
        match event {
            ProofEvent::Loading { loaded, total } => self.loading = Some((loaded, total)),
            ProofEvent::Started { version, .. } => self.version = Some(version),
            ProofEvent::Phase { phase, statements } => self.phase = Some((phase, 0, statements)),
            ProofEvent::Done {
                verdict,
                milliseconds,
            } => self.end = Some(ProofEnd::Done(verdict, milliseconds)),
            ProofEvent::Broken { reason } => self.end = Some(ProofEnd::Broken(reason)),
            ProofEvent::Statement {
                phase, ref error, ..
            } => {
                if let Some((_, ran, _)) = &mut self.phase {
                    *ran += 1;
                }
                if phase != ProofPhase::Setup || error.is_some() {
                    self.events.push(event);
                }
            }
            ProofEvent::Catalog { .. } | ProofEvent::NoRows { .. } => self.events.push(event),
        }
    }
}
