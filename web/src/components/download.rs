use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Hands the person a file.
///
/// # Errors
/// The browser's refusal.
pub fn download(name: &str, media_type: &str, content: &Content) -> Result<(), JsValue> {
    let parts = Array::of1(content.as_ref());
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = gloo::utils::document()
        .create_element("a")?
        .unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&address)
}

/// What a file holds.
pub enum Content {
    Text(JsString),
    Bytes(Uint8Array),
}

impl AsRef<JsValue> for Content {
    fn as_ref(&self) -> &JsValue {
        match self {
            Self::Text(text) => text.as_ref(),
            Self::Bytes(bytes) => bytes.as_ref(),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Uint8Array> for Content {
    fn from(bytes: Uint8Array) -> Self {
        Self::Bytes(bytes)
    }
}

/// Puts a text on the clipboard; whether the browser let it.
pub async fn copy(text: &str) -> bool {
    let clipboard = gloo::utils::window().navigator().clipboard();
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
