//! Names and what they are bound to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::modules::ModuleId;
use super::super::value::Value;

/// The names of a function, a comprehension or the module, with those around it.
#[derive(Clone)]
pub struct Scope(Rc<Frame>);

struct Frame {
    names: RefCell<BTreeMap<String, Value>>,
    outer: Option<Scope>,
    /// The module it belongs to: none for the migration itself.
    module: Option<ModuleId>,
    /// Names declared `global` or `nonlocal`: they are set further out.
    elsewhere: RefCell<BTreeSet<String>>,
}

/// The bindings of a scope and all around it at some moment, innermost first.
pub type Snapshot = Vec<BTreeMap<String, Value>>;

impl Scope {
    /// The migration's own.
    pub fn script() -> Self {
        Self::with_outer(None, None)
    }

    /// That of a module of the application.
    pub fn of_module(module: ModuleId) -> Self {
        Self::with_outer(None, Some(module))
    }

    /// One inside this.
    pub fn inner(&self) -> Self {
        Self::with_outer(Some(self.clone()), self.0.module)
    }

    /// The module it belongs to: none for the migration itself.
    pub fn module(&self) -> Option<ModuleId> {
        self.0.module
    }

    fn with_outer(outer: Option<Self>, module: Option<ModuleId>) -> Self {
        Self(Rc::new(Frame {
            names: RefCell::default(),
            outer,
            module,
            elsewhere: RefCell::default(),
        }))
    }

    /// What a name is bound to.
    pub fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.0.names.borrow().get(name) {
            return Some(value.clone());
        }
        self.0.outer.as_ref()?.get(name)
    }

    /// Binds a name.
    pub fn set(&self, name: &str, value: Value) {
        if self.0.elsewhere.borrow().contains(name)
            && let Some(outer) = &self.0.outer
        {
            return outer.set_where_bound(name, value);
        }
        self.0.names.borrow_mut().insert(name.to_owned(), value);
    }

    fn set_where_bound(&self, name: &str, value: Value) {
        let bound_here = self.0.names.borrow().contains_key(name);
        match &self.0.outer {
            Some(outer) if !bound_here => outer.set_where_bound(name, value),
            _ => {
                self.0.names.borrow_mut().insert(name.to_owned(), value);
            }
        }
    }

    /// Unbinds a name.
    pub fn remove(&self, name: &str) {
        self.0.names.borrow_mut().remove(name);
    }

    /// Declares a name `global` or `nonlocal`.
    pub fn declare_elsewhere(&self, name: &str) {
        self.0.elsewhere.borrow_mut().insert(name.to_owned());
    }

    /// The names bound in this scope itself.
    pub fn own(&self) -> BTreeMap<String, Value> {
        self.0.names.borrow().clone()
    }

    /// All bindings at this moment.
    pub fn snapshot(&self) -> Snapshot {
        let mut all = vec![self.own()];
        let mut outer = self.0.outer.clone();
        while let Some(scope) = outer {
            all.push(scope.own());
            outer = scope.0.outer.clone();
        }
        all
    }

    /// What a module binds when it is read stays bound, whichever arm of an `if` asked for it first.
    fn put_back(&self, names: &BTreeMap<String, Value>) {
        let mut own = self.0.names.borrow_mut();
        if self.0.module.is_none() || self.0.outer.is_some() {
            own.clone_from(names);
            return;
        }
        own.extend(
            names
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }

    /// Puts bindings back.
    pub fn restore(&self, snapshot: &Snapshot) {
        let mut scope = Some(self.clone());
        for names in snapshot {
            let Some(current) = scope else { return };
            current.put_back(names);
            scope = current.0.outer.clone();
        }
    }
}

impl std::fmt::Debug for Scope {
    /// Scopes hold functions that hold scopes: the names alone say enough.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.names.borrow().keys()).finish()
    }
}
