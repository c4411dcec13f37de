// Saving a notebook may store the state of its widgets: of a dashboard's widgets, nothing.
const HIDDEN = Symbol.for("footdrop_analytics.hidden");

function hide(manager, model) {
  model.get_state = () => ({});
  if (!manager[HIDDEN]) {
    manager[HIDDEN] = new Set();
    const stored = manager.get_state_sync?.bind(manager);
    if (stored)
      manager.get_state_sync = (options) => {
        const found = stored(options);
        for (const id of manager[HIDDEN]) delete found.state[id];
        return found;
      };
  }
  manager[HIDDEN].add(model.model_id);
}

// All widgets of the dashboard that the browser knows by now; called again when there may be more.
const take = (page) =>
  Promise.all(
    page.get("models").map(async (id) => {
      const manager = page.widget_manager;
      if (manager[HIDDEN]?.has(id)) return;
      try {
        const model = await manager.get_model(id);
        hide(manager, model);
        listen(model);
      } catch {
        // Not there (any more, or yet), so there is nothing to store.
      }
    }),
  );

// anywidget drops, for good, what comes to a widget whose script took more than two seconds to load.
function listen(model) {
  if (model.get("_model_module") !== "anywidget" || !model.comm) return;
  const plain = Object.getPrototypeOf(Object.getPrototypeOf(model))._handle_comm_msg;
  model.comm.on_msg(plain.bind(model));
}

function save({ name, type }, buffers) {
  const address = URL.createObjectURL(new Blob(buffers, { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function mark(model, el, attributes) {
  // A name is for the control inside; a region, or a box of widgets, is marked itself.
  const whole = model.get("children") || attributes.role || attributes.lang;
  const inner = whole ? null : el.querySelector("input, select, textarea, button");
  const marked = inner ?? el;
  // Set again, a limit of a date field takes away what somebody is typing there.
  for (const [name, value] of Object.entries(attributes))
    if (marked.getAttribute(name) !== value) marked.setAttribute(name, value);
}

// What a person unfolded, folded or stands on, kept over updates that replace a panel's HTML.
class Places {
  constructor(root) {
    this.root = root;
    this.chosen = new Map();
    this.left = new WeakMap();
    this.focused = null;
    root.addEventListener("toggle", (event) => this.toggled(event.target), true);
    root.addEventListener("focusin", (event) => {
      const one = event.target.closest("summary")?.parentElement;
      this.focused = one?.dataset.key ? this.name(one) : null;
    });
  }
  // The same key may stand in a dashboard and in the part below it.
  name(one) {
    return `${one.closest(".fd-part") ? "part" : "whole"} ${one.dataset.key}`;
  }
  // What comes open or is opened here says so too: a person's doing is what differs from how it was left.
  toggled(one) {
    // A box that scrolls would cut off a meaning that is open in it.
    const box = one.closest(".wide");
    box?.classList.toggle("explains", box.querySelector("details.what[open]") !== null);
    if (!one.isConnected || !this.left.has(one) || this.left.get(one) === one.open) return;
    this.left.set(one, one.open);
    this.chosen.set(this.name(one), one.open);
  }
  restore() {
    for (const one of this.root.querySelectorAll("details[data-key]")) {
      const name = this.name(one);
      if (!this.left.has(one)) {
        one.open = this.chosen.get(name) ?? one.open;
        this.left.set(one, one.open);
      }
      const lost = this.focused === name && document.activeElement === document.body;
      if (lost) one.querySelector("summary").focus({ preventScroll: true });
    }
  }
}

async function reveal(manager, id) {
  const other = await manager.get_model(id);
  for (const view of Object.values(other.views ?? {})) {
    const { el } = await view;
    // Shown a moment ago, it may still be without size.
    await new Promise((resolve) => setTimeout(resolve, 50));
    el.tabIndex = -1;
    el.scrollIntoView({ block: "start" });
    el.focus({ preventScroll: true });
  }
}

// Explanations that lie over the page close like menus: with Escape or a click elsewhere.
function closeExplanations(root, event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const one of root.querySelectorAll("details.what[open]")) {
    if (event.type === "click" && one.contains(event.target)) continue;
    if (event.type === "keydown" && one.contains(document.activeElement)) one.querySelector("summary").focus();
    one.open = false;
  }
}

// A letter typed beside a control is a command to JupyterLab: "x" would cut the dashboard out of the notebook. It asks
// the element that has the focus; text that is clicked gives it to the dashboard.
function keepKeys(root) {
  root.tabIndex = -1;
  root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
}

// A page that is all the dashboard's says in its address what is chosen: a reload shows the same, and Back what was chosen
// before. The token, which the browser has taken as a login, does not stay there to be copied.
const served = () => document.body.dataset.voila !== undefined;
const queried = () => {
  const found = new URLSearchParams(location.search);
  found.delete("token");
  return found.toString();
};
const at = (query) => location.pathname + (query && `?${query}`);
const differing = (...queries) => {
  const [one, other] = queries.map((query) => new URLSearchParams(query));
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name)).sort().join();
};
const OF_ALL = ["as-of", "language"];
const OF_PATIENT = ["patient", "from", "exercises", "side"];
const NOTHING = new Map();
const LAST = "footdrop.last.";
const TYPING_MS = 2000;

function keepAddress(model) {
  if (!served()) return () => {};
  let arriving = true;
  let step = { what: "", at: 0 };
  const links = (query) => {
    const here = new URLSearchParams(query);
    sessionStorage.setItem(LAST + location.pathname, query);
    for (const one of document.querySelectorAll("nav.dashboards a")) {
      const there = new URLSearchParams(sessionStorage.getItem(LAST + one.pathname) ?? "");
      // The day and the language go along; the patient goes to the patient's page, seen as here, and stays there as long
      // as nobody else is chosen. The list comes without a patient below it.
      const takes = (names, from) => {
        for (const name of names) from.has(name) ? there.set(name, from.get(name)) : there.delete(name);
      };
      takes(OF_ALL, here);
      if (!one.pathname.endsWith("/patient.ipynb")) takes(OF_PATIENT, NOTHING);
      else if (here.has("patient")) takes(OF_PATIENT, here);
      one.search = there.toString();
    }
  };
  // The page is the server's, in English; the dashboard on it knows the language.
  const name = () => {
    for (const [which, title] of Object.entries(model.get("titles")))
      for (const one of document.querySelectorAll(`nav.dashboards a[href*="/${which}.ipynb"]`)) one.textContent = title;
  };
  const write = () => {
    const wanted = model.get("address");
    if (wanted !== queried()) {
      // What the page makes of an address is no step, and letters typed one after the other are one.
      const what = differing(queried(), wanted);
      const goesOn = what === step.what && what !== "patient" && Date.now() - step.at < TYPING_MS;
      history[arriving || goesOn ? "replaceState" : "pushState"](null, "", at(wanted));
      step = { what, at: Date.now() };
    }
    links(wanted);
  };
  const went = () => {
    arriving = true;
    model.send({ say: "went", address: queried() });
  };
  const arrived = () => (arriving = false);
  history.replaceState(null, "", at(queried()));
  links(queried());
  name();
  model.on("change:titles", name);
  model.on("change:address", write);
  model.on("change:arrived", arrived);
  addEventListener("popstate", went);
  return () => {
    model.off("change:titles", name);
    model.off("change:address", write);
    model.off("change:arrived", arrived);
    removeEventListener("popstate", went);
  };
}

// Who records is asked once in a window: the name stands in every form from then on, and can be changed there.
const WHO = "footdrop.by";
const sign = (root) => {
  for (const one of root.querySelectorAll("form[data-offer] input[name=by]"))
    if (!one.value && one !== document.activeElement) one.value = sessionStorage.getItem(WHO) ?? "";
};

function fill(model, event) {
  const form = event.target;
  if (!form.dataset?.offer) return;
  event.preventDefault();
  if (form.querySelector("button:disabled")) return;
  const told = Object.fromEntries(new FormData(form, event.submitter));
  if (told.by) sessionStorage.setItem(WHO, told.by);
  // Until the answer comes, a second click must not record it twice, and what was wrong before is not said of this.
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  for (const one of form.querySelectorAll("[role=alert]")) one.textContent = "";
  model.send({ say: "fill", offer: form.dataset.offer, told });
}

// Files go to the kernel in a message of their own; no widget holds them. A form may hold a place to drop them.
async function drop(model, form, files) {
  if (!files.length || form.classList.contains("busy")) return;
  const said = form.querySelector("[role=alert]");
  const size = [...files].reduce((sum, one) => sum + one.size, 0);
  const most = Number(form.dataset.most);
  said.textContent =
    size > most ? `More than ${Math.round(most / 1e6)} MB: import it in a terminal, with footdrop import.` : "";
  if (said.textContent) return;
  form.classList.add("busy");
  try {
    const contents = await Promise.all([...files].map((one) => one.arrayBuffer()));
    const names = [...files].map((one) => one.name);
    model.send({ say: "files", offer: form.dataset.offer, names }, undefined, contents);
  } catch {
    form.classList.remove("busy");
    said.textContent = "That could not be read: drop files, no folders.";
  }
}

function dropped(model, event) {
  const form = event.target.closest?.("form[data-most]");
  // A file that misses the place is not to be opened by the browser in the page's stead.
  if (event.type !== "change" && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  if (!form) return;
  form.classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") drop(model, form, event.dataTransfer.files);
  if (event.type === "change") drop(model, form, event.target.files);
}

function filled(root, { offer, wrong }) {
  for (const form of root.querySelectorAll("form[data-offer]")) {
    if (form.dataset.offer !== offer) continue;
    for (const one of form.querySelectorAll("button")) one.disabled = false;
    form.classList.remove("busy");
    const said = form.querySelector("[role=alert]");
    if (said) said.textContent = wrong;
    const folded = form.closest("details.offer");
    if (!wrong && folded) folded.open = false;
    if (!wrong) form.reset();
  }
  sign(root);
}

// Others may have recorded something. A form that is being filled in would be made anew, so then nobody asks.
const AGAIN_MS = 60000;

function askAgain(model, root) {
  const ask = () => {
    const fills = root.querySelector("details.offer[open], form[data-offer] :focus");
    if (document.visibilityState === "visible" && !fills) model.send({ say: "again" });
  };
  const each = setInterval(ask, AGAIN_MS);
  addEventListener("focus", ask);
  return () => {
    clearInterval(each);
    removeEventListener("focus", ask);
  };
}

const GONE = new Set(["dead", "terminating", "restarting", "autorestarting"]);
const LOST_MS = 3000;
const ASK_MS = 1000;
const DOINGS = ["click", "input", "change", "keydown"];

// Without its kernel a dashboard stays as it is, whatever is chosen: whoever chooses must be told.
function tellWhenAlone(kernel, root, model) {
  const line = Object.assign(document.createElement("p"), { className: "fd-alert fd-lost" });
  line.setAttribute("role", "alert");
  const id = model.get("models")[0];
  const say = () => {
    line.textContent = model.get("lost");
    root.prepend(line);
  };
  let waiting, asking;
  // What a kernel knew is gone when it is there again, so this stays.
  let gone = false;
  let ended = false;
  const look = () => {
    if (ended) return;
    gone ||= kernel.isDisposed || GONE.has(kernel.status);
    clearTimeout(waiting);
    if (gone) say();
    else if (kernel.connectionStatus === "connected") line.remove();
    else waiting = setTimeout(say, LOST_MS);
  };
  // One that somebody else started anew says nothing of it: it only does not know this dashboard.
  const ask = async () => {
    asking = null;
    try {
      const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
      gone ||= content.status === "ok" && !(id in content.comms);
    } catch {
      // Nobody answers; the kernel's status says why.
    }
    look();
  };
  const soon = () => (asking ??= gone ? null : setTimeout(ask, ASK_MS));
  const heard = () => {
    look();
    // To ask makes it busy and idle again, which is no reason to ask.
    if (!["idle", "busy"].includes(kernel.status)) soon();
  };
  const connected = () => {
    look();
    if (kernel.connectionStatus === "connected") soon();
  };
  const signals = [
    [kernel.statusChanged, heard],
    [kernel.connectionStatusChanged, connected],
    [kernel.disposed, look],
  ];
  for (const [signal, slot] of signals) signal?.connect(slot);
  for (const kind of DOINGS) root.addEventListener(kind, soon);
  look();
  return () => {
    ended = true;
    clearTimeout(waiting);
    clearTimeout(asking);
    for (const kind of DOINGS) root.removeEventListener(kind, soon);
    for (const [signal, slot] of signals) signal?.disconnect(slot);
  };
}

function tend(model, el) {
  const manager = model.widget_manager;
  let root, places, waiting;
  let leaveKernel = () => {};
  let stopAsking = () => {};
  const tidy = async () => {
    waiting = null;
    places.restore();
    sign(root);
    take(model);
    for (const [id, attributes] of Object.entries(model.get("marks"))) {
      if (!manager.has_model(id)) continue;
      const other = await manager.get_model(id);
      for (const view of Object.values(other.views ?? {})) mark(other, (await view).el, attributes);
    }
  };
  const soon = () => (waiting ??= requestAnimationFrame(tidy));
  const changes = new MutationObserver(soon);
  const begin = () => {
    root = el.closest(".fd-dashboard");
    if (!root) return (waiting = requestAnimationFrame(begin));
    places = new Places(root);
    keepKeys(root);
    if (manager.kernel) leaveKernel = tellWhenAlone(manager.kernel, root, model);
    stopAsking = askAgain(model, root);
    root.addEventListener("submit", (event) => fill(model, event));
    for (const kind of ["dragover", "dragleave", "drop", "change"])
      root.addEventListener(kind, (event) => dropped(model, event));
    for (const kind of ["click", "keydown"]) root.addEventListener(kind, (event) => closeExplanations(root, event));
    changes.observe(root, { childList: true, subtree: true });
    tidy();
  };
  begin();
  return () => {
    cancelAnimationFrame(waiting);
    changes.disconnect();
    leaveKernel();
    stopAsking();
  };
}

export default {
  async initialize({ model }) {
    model.on("change:models", () => take(model));
    await take(model);
  },
  render({ model, el }) {
    el.classList.add("fd-page");
    const heard = (message, buffers) => {
      if (message.do === "download") save(message, buffers);
      if (message.do === "reveal") reveal(model.widget_manager, message.model);
      if (message.do === "filled") filled(el.closest(".fd-dashboard"), message);
      if (message.do === "answer") take(model).then(() => model.send({ say: "look" }));
    };
    model.on("msg:custom", heard);
    const end = tend(model, el);
    const leave = keepAddress(model);
    model.send(served() ? { say: "look", address: queried() } : { say: "look" });
    return () => {
      model.off("msg:custom", heard);
      end();
      leave();
    };
  },
};
