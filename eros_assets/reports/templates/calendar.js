(() => {
  const week = document.getElementById("week");
  const agenda = document.getElementById("agenda");
  const panel = document.getElementById("panel");
  const body = document.getElementById("panel-body");
  const cards = [...week.querySelectorAll(".card")];
  let current = null;

  const visible = () => cards.filter((card) => card.offsetParent !== null);

  function open(id) {
    const source = document.getElementById("item-" + id);
    if (!source) return;
    current = id;
    document.getElementById("panel-title").textContent = source.dataset.title;
    body.replaceChildren(source.querySelector(".detail").cloneNode(true));
    body.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });
    cards.forEach((card) => card.classList.toggle("chosen", card.dataset.open === id));
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  }

  function step(by) {
    const shown = visible();
    const place = shown.findIndex((card) => card.dataset.open === current);
    const next = shown[place + by];
    if (next) open(next.dataset.open);
  }

  async function copy(button) {
    const text = button.closest(".detail").querySelector("[data-copy]").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text });
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy caption"; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const opener = target.closest("[data-open]");
    if (opener && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(opener.dataset.open); }
    else if (target.closest("[data-close]") || target === panel) panel.close();
    else if (target.closest("[data-step]")) step(Number(target.closest("[data-step]").dataset.step));
    else if (target.closest(".copy")) copy(target.closest(".copy"));
  });

  panel.addEventListener("close", () => {
    const card = cards.find((each) => each.dataset.open === current);
    if (card) card.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (panel.open) {
      if (event.key === "ArrowLeft") step(-1);
      if (event.key === "ArrowRight") step(1);
      return;
    }
    const card = document.activeElement.closest ? document.activeElement.closest(".card") : null;
    if (!card) return;
    const shown = visible();
    const column = (each) => [...week.querySelectorAll(".daycol")].indexOf(each.closest(".daycol"));
    let next = null;
    if (event.key === "ArrowDown") next = shown[shown.indexOf(card) + 1];
    if (event.key === "ArrowUp") next = shown[shown.indexOf(card) - 1];
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const side = column(card) + (event.key === "ArrowRight" ? 1 : -1);
      const others = shown.filter((each) => column(each) === side);
      const top = (each) => each.getBoundingClientRect().top;
      next = others.sort((a, b) => Math.abs(top(a) - top(card)) - Math.abs(top(b) - top(card)))[0];
    }
    if (next) { event.preventDefault(); next.focus(); }
  });

  const filters = document.getElementById("filters");
  filters.hidden = false;
  filters.addEventListener("change", (event) => {
    const box = event.target;
    for (const area of [week, agenda]) {
      if (box.dataset.kind) area.classList.toggle("hide-" + box.dataset.kind, !box.checked);
      else area.classList.toggle("only-open", box.checked);
    }
  });

  agenda.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });
  window.addEventListener("beforeprint", () => agenda.querySelectorAll("details").forEach((each) => { each.open = false; }));
  if (location.hash.startsWith("#item-")) open(decodeURIComponent(location.hash.slice(6)));
})();
