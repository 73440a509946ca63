use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use yew::{
    prelude::*,
    virtual_dom::{VNode, VTag},
};

#[derive(PartialEq, Properties)]
pub struct MarkdownProps {
    pub text: AttrValue,
}

/// Markdown as elements and text nodes. HTML in it is shown as text, links and pictures as their words.
#[component]
pub fn Markdown(props: &MarkdownProps) -> Html {
    html! { <div class="prose">{ render(&props.text) }</div> }
}

fn render(text: &str) -> Html {
    let mut open = vec![VTag::new("div")];
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(tag) => open.push(element(&tag)),
            Event::End(end) => close(&mut open, end),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                add(&mut open, VNode::from(text.as_ref()));
            }
            Event::Code(text) => add(&mut open, html! { <code>{ text.as_ref() }</code> }),
            Event::SoftBreak => add(&mut open, VNode::from(" ")),
            Event::HardBreak => add(&mut open, html! { <br /> }),
            Event::Rule => add(&mut open, html! { <hr /> }),
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open, TagEnd::Paragraph);
    }
    open.pop().map(VNode::from).unwrap_or_default()
}

fn add(open: &mut [VTag], node: VNode) {
    if let Some(parent) = open.last_mut() {
        parent.add_child(node);
    }
}

fn close(open: &mut Vec<VTag>, end: TagEnd) {
    let Some(tag) = open.pop() else { return };
    let node = match end {
        TagEnd::CodeBlock => html! { <pre tabindex="0">{ VNode::from(tag) }</pre> },
        _ => tag.into(),
    };
    add(open, node);
}

fn element(tag: &Tag) -> VTag {
    let name = match tag {
        Tag::Paragraph => "p",
        // The page's own headings stand above.
        Tag::Heading {
            level: HeadingLevel::H1 | HeadingLevel::H2,
            ..
        } => "h3",
        Tag::Heading { .. } => "h4",
        Tag::BlockQuote(_) => "blockquote",
        Tag::CodeBlock(kind) => return code_block(kind),
        Tag::List(Some(_)) => "ol",
        Tag::List(None) => "ul",
        Tag::Item => "li",
        Tag::Table(_) => "table",
        Tag::TableHead => "thead",
        Tag::TableRow => "tr",
        Tag::TableCell => "td",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        _ => "span",
    };
    VTag::new(name)
}

fn code_block(kind: &CodeBlockKind) -> VTag {
    let mut code = VTag::new("code");
    if let CodeBlockKind::Fenced(info) = kind
        && let Some(language) = info
            .split([' ', ','])
            .next()
            .filter(|word| !word.is_empty())
    {
        code.add_attribute("data-language", language.to_owned());
    }
    code
}
