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
