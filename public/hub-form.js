// Helps with the request form: proposes the slug while the name is typed, shows the address, hides what is not needed.
const name = document.querySelector("#name");
const slug = document.querySelector("#slug");
const address = document.querySelector("#address");

const letters = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", å: "a" };
const propose = (text) =>
  text
    .toLowerCase()
    .replace(/[äöüßæøå]/g, (letter) => letters[letter])
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");

if (name && slug && address) {
  // Once the slug is somebody's own choice, it is left alone.
  let own = slug.value !== "" && slug.value !== propose(name.value);
  const show = () => {
    address.hidden = slug.value === "";
    address.querySelector("code").textContent = address.dataset.pattern.replace("SLUG", slug.value);
  };
  name.addEventListener("input", () => {
    if (!own) slug.value = propose(name.value);
    show();
  });
  slug.addEventListener("input", () => {
    own = slug.value !== "";
    show();
  });
  show();
}

const custom = document.querySelector("#custom-fields");
const types = [...document.querySelectorAll("input[name=notebookType]")];
if (custom && types.length > 0) {
  const show = () => {
    custom.hidden = !types.some((type) => type.checked && type.value === "custom");
  };
  for (const type of types) type.addEventListener("change", show);
  show();
}
