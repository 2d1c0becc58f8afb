// Small helps for people whose browser runs scripts. Everything works without them.

// An error summary is read first.
document.querySelector(".error-summary")?.focus();

// Copy buttons are of no use without a script, so they are hidden until this one runs.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

// A second click on a button that is already on its way does nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// Coming back by the browser's back button makes forms usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// One box that selects all rows of a table; without a script it is hidden.
for (const all of document.querySelectorAll("input[data-select-all]")) {
  const boxes = [...all.form.querySelectorAll(`input[name="${all.dataset.selectAll}"]`)];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

// Access that is being set up or ended is brought up to date row by row, so that what is selected stays so.
const settle = async () => {
  const list = document.querySelector("[data-settle]");
  const open = document.querySelectorAll("[data-settling]");
  if (!list || open.length === 0) return;
  try {
    const response = await fetch(list.dataset.settle, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const cell of open) {
      const now = response.ok ? page.getElementById(cell.id) : cell;
      if (now?.hasAttribute("data-settling")) continue;
      if (now) cell.innerHTML = now.innerHTML;
      cell.removeAttribute("data-settling");
    }
  } catch {
    // Looked at again in a moment.
  }
  setTimeout(settle, 1500);
};
setTimeout(settle, 1000);

// What is going on with a hub is brought up to date in place; when it comes to rest, the whole page is.
const live = document.querySelector("[data-live]");
if (live) {
  const look = async () => {
    try {
      const response = await fetch(live.dataset.live, { headers: { accept: "text/html" } });
      if (response.ok) {
        const text = await response.text();
        if (text !== live.innerHTML) live.innerHTML = text;
        if (response.headers.get("x-at-rest") === "yes") return location.reload();
      }
    } catch {
      // Looked at again in a moment.
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
