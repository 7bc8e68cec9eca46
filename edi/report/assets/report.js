"use strict";
/* Sorts, filters and pages the tables from the rows in this page. Text is only ever set as text, never as markup. */
(() => {
  const PAGE = 25, PRINTED = 100;
  const { texts, tables } = JSON.parse(document.getElementById("rows").textContent);
  const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const counted = new Intl.NumberFormat("en-US");
  const dollars = (cents) => (cents < 0 ? "-$" : "$") + (Math.abs(cents) / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
  const slug = (words) => words.toLowerCase().replace(/[^a-z0-9]/g, "-");
  const built = {};

  function make(name, attributes = {}, ...parts) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...parts.filter((part) => part !== null && part !== ""));
    return element;
  }

  class DataTable {
    constructor(root, data) {
      Object.assign(this, data, { root, page: 0, sorted: null, falling: false, opened: new Set(), size: PAGE });
      this.kinds = this.columns.map((column) => column[1]);
      this.all = this.mains[0].map((_, row) => row);
      this.money = this.columns.map((column, at) => (column[1] === "money" ? at : -1)).filter((at) => at >= 0);
      this.body = root.querySelector("tbody");
      root.querySelector(".more")?.remove();
      this.addSorting();
      this.addControls();
      this.addPager();
      this.update();
    }

    value(row, at) {
      const held = this.mains[at][row];
      return held === null || this.isNumber(at) ? held : texts[held];
    }
    isNumber(at) { return this.kinds[at] === "money" || this.kinds[at] === "number"; }
    sub(row, at) { return this.subs[at] ? texts[this.subs[at][row]] : ""; }

    shown(row, at) {
      const held = this.value(row, at);
      if (held === null || held === "") return "–";
      if (this.kinds[at] === "money") return dollars(held);
      return this.kinds[at] === "number" && typeof held === "number" ? counted.format(held) : held;
    }

    words(row) {  /* everything a search may find in a row, details included */
      this.haystack ??= [];
      return (this.haystack[row] ??= [
        ...this.columns.map((_, at) => `${this.shown(row, at)} ${this.sub(row, at)}`),
        ...(this.details ? this.details[row].flatMap((group) => this.entries(group).map((e) => `${e.what} ${e.value}`)) : []),
      ].join(" ").toLowerCase());
    }

    entries(group) {
      const found = [];
      for (let i = 1; i < group.length; i += 4)
        found.push({ what: texts[group[i]], value: texts[group[i + 1]], file: texts[group[i + 2]], segment: group[i + 3] });
      return found;
    }

    addSorting() {
      this.heads = [...this.root.querySelectorAll("thead th")];
      this.heads.forEach((head, at) => {
        const button = make("button", { type: "button" }, head.textContent);
        button.addEventListener("click", () => {
          this.falling = this.sorted === at ? !this.falling : this.isNumber(at);
          this.sorted = at;
          this.page = 0;
          this.update();
        });
        head.replaceChildren(button);
      });
    }

    addControls() {
      if (this.all.length < 6) return;
      const bar = this.root.querySelector(".controls");
      const changed = () => { this.page = 0; this.update(); };
      this.search = make("input", { type: "search", placeholder: `Search ${this.noun}`, "aria-label": `Search ${this.noun}` });
      this.search.addEventListener("input", changed);
      bar.append(this.search);
      this.choices = [];
      this.columns.forEach(([label, , choice, floor], at) => {
        if (choice) {
          const values = [...new Set(this.mains[at])].map((held) => (held === null ? "–" : texts[held])).sort(compare);
          if (values.length > 1) {
            const select = make("select", { "aria-label": label }, make("option", { value: "" }, choice));
            values.forEach((value) => select.append(make("option", { value }, value)));
            select.addEventListener("change", changed);
            this.choices.push({ at, select });
            bar.append(select);
          }
        }
        if (floor) {
          this.floor = { at, input: make("input", { type: "number", min: 0, step: 50, placeholder: `Min. ${label.toLowerCase()} $`, "aria-label": `Least ${label.toLowerCase()} in dollars` }) };
          this.floor.input.addEventListener("input", changed);
          bar.append(this.floor.input);
        }
      });
      const reset = make("button", { type: "button" }, "Clear");
      reset.addEventListener("click", () => { this.clear(); changed(); });
      this.count = make("output", { "aria-live": "polite" });
      bar.append(reset, this.count);
    }

    clear() {
      this.search.value = "";
      this.choices.forEach(({ select }) => { select.value = ""; });
      if (this.floor) this.floor.input.value = "";
    }

    filtered() {
      if (!this.search) return this.all;
      const wanted = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = this.choices.filter(({ select }) => select.value);
      const least = this.floor ? Number(this.floor.input.value) * 100 : 0;
      return this.all.filter((row) =>
        chosen.every(({ at, select }) => this.shown(row, at) === select.value) &&
        (!least || (this.value(row, this.floor.at) ?? 0) >= least) &&
        wanted.every((word) => this.words(row).includes(word)));
    }

    ordered(rows) {
      if (this.sorted === null) return rows;
      const at = this.sorted, way = this.falling ? -1 : 1;
      const order = this.isNumber(at) ? (a, b) => a - b : (a, b) => compare(String(a), String(b));
      return [...rows].sort((one, two) => {
        const a = this.value(one, at), b = this.value(two, at);
        if (a === null || b === null) return (a === null) - (b === null);  /* what is missing comes last, either way */
        return way * order(a, b) || one - two;
      });
    }

    update() {
      const rows = this.filtered(), pages = Math.max(Math.ceil(rows.length / this.size), 1);
      this.page = Math.min(this.page, pages - 1);
      const first = this.page * this.size, shown = this.ordered(rows).slice(first, first + this.size);
      this.body.replaceChildren(...shown.flatMap((row) => this.draw(row)));
      this.heads.forEach((head, at) => {
        if (at === this.sorted) head.setAttribute("aria-sort", this.falling ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      if (this.count) this.count.textContent = this.tally(rows);
      this.turn(first, shown.length, rows.length, pages);
    }

    tally(rows) {
      const parts = [`${counted.format(rows.length)} of ${counted.format(this.all.length)} ${this.noun}`];
      const wanted = ["Denied", "Recoverable", "Billed", "Won back", "Short"];
      this.money.filter((at) => wanted.includes(this.columns[at][0])).forEach((at) => {
        if (this.mains[at].every((held) => held === null)) return;
        const sum = rows.reduce((total, row) => total + (this.value(row, at) ?? 0), 0);
        parts.push(`${this.columns[at][0].toLowerCase()} ${dollars(sum)}`);
      });
      return parts.join(" · ");
    }

    addPager() {
      const pager = this.root.querySelector(".pager");
      const step = (label, by) => {
        const button = make("button", { type: "button" }, label);
        button.addEventListener("click", () => { this.page += by; this.update(); });
        return button;
      };
      this.pager = { root: pager, previous: step("Previous", -1), next: step("Next", 1), place: make("span") };
      pager.append(this.pager.previous, this.pager.next, this.pager.place);
    }

    turn(first, shown, total, pages) {
      this.pager.root.hidden = pages < 2;
      this.pager.previous.disabled = this.page === 0;
      this.pager.next.disabled = this.page === pages - 1;
      this.pager.place.textContent = `${counted.format(first + 1)}–${counted.format(first + shown)} of ${counted.format(total)}`;
    }

    draw(row) {
      const line = make("tr");
      this.columns.forEach(([label, kind], at) => {
        const plain = this.isNumber(at) && this.value(row, at) === 0 ? "main zero" : "main";
        const style = kind === "badge" ? `badge b-${slug(this.shown(row, at))}` : plain;
        const sub = this.sub(row, at);
        line.append(make("td", { class: `k-${kind}`, "data-label": label },
          make("span", { class: style }, this.shown(row, at)), sub ? make("span", { class: "sub" }, sub) : null));
      });
      return this.details && this.details[row].length ? [line, this.drawDetails(row, line)] : [line];
    }

    drawDetails(row, line) {
      const id = `${this.root.dataset.table}-${row}`;
      const inside = this.details[row].map((group) => make("section", { class: `d-${slug(texts[group[0]])}` },
        make("h4", {}, texts[group[0]]),
        make("ul", {}, ...this.entries(group).map((entry) => make("li", {},
          make("span", { class: "what" }, entry.value ? `${entry.what}: ` : entry.what),
          entry.value ? make("span", { class: "value" }, entry.value) : null, " ",
          entry.file ? make("span", { class: "at" }, entry.segment ? `${entry.file}#${entry.segment}` : entry.file) : null)))));
      const details = make("tr", { class: "details", id },
        make("td", { colspan: this.columns.length }, make("div", { class: "inside" }, ...inside)));
      const first = line.querySelector(".main");
      const button = make("button", { type: "button", class: "open main", "aria-controls": id }, first.textContent);
      const mark = () => {
        details.hidden = !this.opened.has(row);
        button.setAttribute("aria-expanded", String(this.opened.has(row)));
      };
      button.addEventListener("click", () => {
        if (!this.opened.delete(row)) this.opened.add(row);
        mark();
      });
      first.replaceWith(button);
      mark();
      return details;
    }
  }

  document.querySelectorAll(".datatable").forEach((root) => {
    built[root.dataset.table] = new DataTable(root, tables[root.dataset.table]);
  });

  document.querySelectorAll("[data-cause]").forEach((link) => link.addEventListener("click", () => {
    const table = built.worklist;
    if (!table?.search) return;
    table.clear();
    for (const name of ["cause", "payer"]) {
      const choice = table.choices.find(({ at }) => table.columns[at][0].toLowerCase().startsWith(name));
      if (choice) choice.select.value = link.getAttribute(`data-${name}`) ?? "";
    }
    table.page = 0;
    table.update();
  }));

  const resize = (size) => Object.values(built).forEach((table) => { table.size = size; table.update(); });
  addEventListener("beforeprint", () => resize(PRINTED));
  addEventListener("afterprint", () => resize(PAGE));
})();
