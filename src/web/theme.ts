import { resolve } from "node:path";
import type { Web } from "./page.ts";

/** The institution's colours and logo, from the settings: a stylesheet of their own, since nothing is inline. */
export function addTheme(web: Web): void {
  const { BRAND_COLOUR, ACCENT_COLOUR, INSTITUTION_LOGO } = web.config;
  const css = `:root {\n  --brand-colour: ${BRAND_COLOUR};\n  --accent-colour: ${ACCENT_COLOUR};\n}\n`;
  web.app.get("/theme.css", (_request, response) => {
    response.set("Cache-Control", "max-age=600").type("css").send(css);
  });
  if (INSTITUTION_LOGO === undefined) return;
  const logo = resolve(INSTITUTION_LOGO);
  web.app.get("/logo", (_request, response, next) => {
    response.sendFile(logo, { maxAge: "10m" }, (error) => (error ? next(error) : undefined));
  });
}
