// Loads the lessons at their first use. The page names them in a link, since their name carries a hash.
let loading = null;

export async function lessons() {
  loading ??= import(document.getElementById("lessons").href);
  try {
    return await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}
