import markdownIt from "markdown-it";

// Without `html`, markup in the text stays text; links keep to addresses that cannot run anything. Pictures would be
// loaded from anywhere, which the pages forbid; their description stays.
const markdown = markdownIt({ html: false, linkify: true }).disable("image");
// The page has its own first heading, so those of the text are one level lower.
markdown.core.ruler.push("lower-headings", ({ tokens }) => {
  for (const token of tokens) {
    if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
  }
});

/** Takes Markdown that somebody wrote; returns HTML that is safe to put into a page. Headings begin at level 2. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}
