//! The editor: CodeMirror, which owns the text while it is shown, see `editor/editor.js`.

mod binding;
mod marks;

use std::rc::Rc;

use retort_report::{Language, Report};
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

use self::binding::{Handle, create_editor};
use crate::state::{Action, Cursor, Reveal, Shared, SourceFile, State};

#[derive(PartialEq, Properties)]
pub struct EditorProps {
    pub file: Rc<SourceFile>,
    /// The report, if it is about the text as it is now.
    pub report: Option<Shared<Report>>,
    pub reveal: Option<Reveal>,
    pub dispatch: UseReducerDispatcher<State>,
}

/// The editor, and the closures that it calls.
struct Instance {
    handle: Handle,
    _on_change: Closure<dyn Fn(String, String)>,
    _on_cursor: Closure<dyn Fn(String, u32)>,
    _on_fix: Closure<dyn Fn(u32)>,
}

impl Instance {
    fn new(parent: &web_sys::Element, dispatch: &UseReducerDispatcher<State>) -> Self {
        let on_change = {
            let dispatch = dispatch.clone();
            Closure::new(move |path: String, text: String| {
                dispatch.dispatch(Action::Edit {
                    path: path.into(),
                    text: text.into(),
                });
            })
        };
        let on_cursor = {
            let dispatch = dispatch.clone();
            Closure::new(move |path: String, line| {
                dispatch.dispatch(Action::MoveCursor(Cursor {
                    path: path.into(),
                    line,
                }));
            })
        };
        let on_fix = {
            let dispatch = dispatch.clone();
            Closure::new(move |finding| dispatch.dispatch(Action::PreviewFix(Some(finding))))
        };
        Self {
            handle: create_editor(parent, &on_change, &on_cursor, &on_fix),
            _on_change: on_change,
            _on_cursor: on_cursor,
            _on_fix: on_fix,
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

/// Shows one file. Yew renders only the frame: text, marks and places to reveal are handed over as they change.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let node = use_node_ref();
    let instance = use_mut_ref(|| None::<Instance>);
    {
        let (node, instance, dispatch) = (node.clone(), instance.clone(), props.dispatch.clone());
        use_effect_with((), move |()| {
            if let Some(parent) = node.cast::<web_sys::Element>() {
                instance.replace(Some(Instance::new(&parent, &dispatch)));
            }
            move || drop(instance.take())
        });
    }
    let shown = use_mut_ref(|| None::<Rc<str>>);
    {
        let (instance, file) = (instance.clone(), props.file.clone());
        use_effect_with(props.file.clone(), move |_| {
            with(&instance, |handle| {
                let again = shown.borrow().as_ref() == Some(&file.path);
                if again && file.typed {
                    return;
                }
                if again && !file.is_large() {
                    handle.replace(&file.path, &file.text);
                } else {
                    handle.show(&file.path, &file.text, language(&file), file.is_large());
                    shown.replace(Some(file.path.clone()));
                }
            });
        });
    }
    {
        let (instance, path) = (instance.clone(), props.file.path.clone());
        use_effect_with((props.report.clone(), path), move |(report, path)| {
            if let Some(report) = report {
                with(&instance, |handle| {
                    handle.mark(path, marks::of_file(report, path));
                });
            }
        });
    }
    {
        let path = props.file.path.clone();
        use_effect_with(props.reveal.clone(), move |reveal| {
            if let Some(place) = reveal.as_ref().filter(|place| place.path == path) {
                with(&instance, |handle| {
                    handle.reveal(
                        place.line,
                        place.column,
                        place.end_line,
                        place.end_column,
                        true,
                    );
                });
            }
        });
    }
    html! { <div ref={node} class="editor" /> }
}

fn with(instance: &std::cell::RefCell<Option<Instance>>, act: impl FnOnce(&Handle)) {
    let handle = instance
        .borrow()
        .as_ref()
        .map(|instance| instance.handle.clone());
    if let Some(handle) = handle {
        act(&handle);
    }
}

fn language(file: &SourceFile) -> &'static str {
    match file.language() {
        Language::Python => "python",
        Language::Sql => "sql",
        Language::Text => "text",
    }
}
