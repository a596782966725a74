/* Talking to the server: each act comes back with the state, and the state is asked for again when it changes. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Server = (() => {
  const SILENT = "The server does not answer; start it again.";
  const asked = { "X-Planner": "page" };

  async function post(path, body) {
    const response = await fetch(path, { method: "POST", headers: asked, body }).catch(() => {
      throw new Error(SILENT);
    });
    if (!response.ok) throw new Error((await response.text()) || response.statusText);
    return response.json();
  }

  const change = (control, value) => post("change", JSON.stringify({ control, value }));
  const act = (name, more = {}) => post("act", JSON.stringify({ act: name, ...more }));
  const upload = (file) => post("upload", file);
  const options = async () => (await fetch("options")).json();
  const dress = async () => (await fetch("page/frame.css")).text();
  const state = async (after) => (await fetch(`state?after=${after}`)).json();

  return { SILENT, act, change, dress, options, state, upload };
})();
