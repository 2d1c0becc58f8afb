import markdownIt from "markdown-it";

// Without `html`, markup in the text stays text; links keep to addresses that cannot run anything. Pictures would be
// loaded from anywhere, which the pages forbid; their description stays.
const foreign = markdownIt({ html: false, linkify: true }).disable("image");
// The page has its own first heading, so those of the text are one level lower.
foreign.core.ruler.push("lower-headings", ({ tokens }) => {
  for (const token of tokens) {
    if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
  }
});

/** Takes Markdown that somebody wrote; returns HTML that is safe to put into a page. Headings begin at level 2. */
export function renderMarkdown(text: string): string {
  return foreign.render(text);
}

const own = markdownIt({ html: false });
// Tables may be wider than a phone.
own.renderer.rules.table_open = () => '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>\n';
own.renderer.rules.table_close = () => "</table></div>\n";

/** Takes Markdown of our own, with pictures that the portal serves itself; returns HTML with headings as they are. */
export function renderOwnMarkdown(text: string): string {
  return own.render(text);
}
