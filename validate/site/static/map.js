// The map of the theory: what a statement says when one points at it, what it uses, and the filters.
// Without this script the map is a list of links. Nothing is fetched: the data stand in the page.
"use strict";

(() => {
  const map = document.getElementById("map");
  const source = document.getElementById("map-data");
  if (!map || !source) return;

  const data = JSON.parse(source.textContent);
  const panel = document.getElementById("map-panel");
  const form = document.querySelector(".map-filters");
  const canvas = map.querySelector(".map-uses");
  const chips = [...map.querySelectorAll(".chip")];
  const chipOf = new Map(chips.map((chip) => [chip.dataset.id, chip]));
  const nodeOf = new Map(data.nodes.map((node) => [node.id, node]));
  const uses = new Map(data.nodes.map((node) => [node.id, []]));
  const users = new Map(data.nodes.map((node) => [node.id, []]));
  for (const edge of data.edges) {
    uses.get(edge.user).push(edge);
    users.get(edge.used).push(edge);
  }
  let chosen = null;

  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  // Everything that is reached by following the edges in one direction.
  const reached = (start, edgesOf, end) => {
    const found = new Set();
    const waiting = [start];
    while (waiting.length) {
      for (const edge of edgesOf.get(waiting.pop())) {
        if (!found.has(edge[end])) {
          found.add(edge[end]);
          waiting.push(edge[end]);
        }
      }
    }
    return found;
  };

  const line = (edge, className) => {
    const from = chipOf.get(edge.used);
    const to = chipOf.get(edge.user);
    if (!from.offsetParent || !to.offsetParent) return;
    const ground = map.getBoundingClientRect();
    const a = from.getBoundingClientRect();
    const b = to.getBoundingClientRect();
    const x0 = a.left + a.width / 2 - ground.left;
    const x1 = b.left + b.width / 2 - ground.left;
    const down = b.top >= a.bottom;
    const y0 = (down ? a.bottom : a.top) - ground.top;
    const y1 = (down ? b.top : b.bottom) - ground.top;
    const bend = (down ? 1 : -1) * Math.max(14, Math.abs(y1 - y0) / 2);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${x0} ${y0}C${x0} ${y0 + bend} ${x1} ${y1 - bend} ${x1} ${y1}`);
    path.setAttribute("class", `${className} ${edge.use.replace(" ", "-")}`);
    canvas.append(path);
  };

  const draw = () => {
    canvas.replaceChildren();
    if (form.elements["all-uses"].checked) data.edges.forEach((edge) => line(edge, "all"));
    if (chosen) {
      uses.get(chosen).forEach((edge) => line(edge, "up"));
      users.get(chosen).forEach((edge) => line(edge, "down"));
    }
  };

  const tell = (id) => {
    chosen = id;
    const below = id ? reached(id, uses, "used") : new Set();
    const above = id ? reached(id, users, "user") : new Set();
    map.classList.toggle("telling", Boolean(id));
    for (const chip of chips) {
      chip.classList.toggle("chosen", chip.dataset.id === id);
      chip.classList.toggle("related", below.has(chip.dataset.id) || above.has(chip.dataset.id));
    }
    panel.hidden = !id;
    draw();
    if (!id) return;
    const node = nodeOf.get(id);
    const chip = chipOf.get(id);
    const head = make("p", "");
    const link = make("a", id, "statement-id");
    link.href = node.page;
    const badge = make("span", `${chip.firstElementChild.textContent} ${node.status}`, `badge ${node.status.replace(" ", "-")}`);
    head.append(link, " ", make("strong", node.title), " ", badge);
    const formulas = data.formulas[id].map((markup) => {
      const box = make("div", "", "formula");
      box.innerHTML = markup; // made by the generator from the statement's formal content
      return box;
    });
    const counts =
      `${node.kind}; it uses ${uses.get(id).length} directly and rests on ${below.size} in all; ` +
      `${users.get(id).length} use it directly, ${above.size} rest on it.`;
    panel.replaceChildren(head, make("p", node.says), ...formulas, make("p", counts, "quiet"));
  };

  const filter = () => {
    const on = (name) => new Set([...form.querySelectorAll(`[name="${name}"]:checked`)].map((box) => box.value));
    const kinds = on("kind");
    const statuses = on("status");
    const words = form.elements.find.value.trim().toLowerCase();
    let shown = 0;
    for (const chip of chips) {
      const node = nodeOf.get(chip.dataset.id);
      const text = `${node.id} ${node.title} ${node.says}`.toLowerCase();
      const fits = kinds.has(node.kind) && statuses.has(node.status) && text.includes(words);
      chip.parentElement.hidden = !fits;
      shown += fits;
    }
    for (const part of map.querySelectorAll(".map-topic, .map-chapter")) {
      part.hidden = !part.querySelector("li:not([hidden])");
    }
    form.querySelector(".map-count").textContent = `${shown} of ${chips.length} statements are shown.`;
    const first = chips.find((chip) => !chip.parentElement.hidden);
    for (const chip of chips) chip.tabIndex = chip === first ? 0 : -1;
    if (chosen && chipOf.get(chosen).parentElement.hidden) tell(null);
    else draw();
  };

  for (const chip of chips) {
    chip.removeAttribute("title"); // the panel says more
    chip.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && tell(chip.dataset.id));
    chip.addEventListener("focus", () => tell(chip.dataset.id));
    let before = null;
    chip.addEventListener("pointerdown", (event) => {
      before = event.pointerType === "mouse" ? chip.dataset.id : chosen;
    });
    chip.addEventListener("click", (event) => {
      // A finger cannot point without touching: the first touch tells, the second opens.
      const touched = event.pointerType && event.pointerType !== "mouse";
      if (touched && before !== chip.dataset.id) {
        event.preventDefault();
        tell(chip.dataset.id);
      }
    });
  }
  map.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !map.contains(document.activeElement)) tell(null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell(null);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const step = steps[event.key];
    if (!step || !map.contains(document.activeElement)) return;
    const shown = chips.filter((chip) => !chip.parentElement.hidden);
    const next = shown[shown.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    for (const chip of chips) chip.tabIndex = chip === next ? 0 : -1;
    next.focus();
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  new ResizeObserver(draw).observe(map);
  filter();
})();
