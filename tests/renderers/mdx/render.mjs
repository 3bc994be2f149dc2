// Compiles the MDX pages of the directories that are named, and writes what each page shows as one JSON
// object: per path either `error`, or `page`, the tree without places and with white space as a
// browser shows it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compile } from "@mdx-js/mdx";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";

const BLOCKS = new Set(
  ["root", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table"]
    .concat(["thead", "tbody", "tr", "td", "th", "hr", "br", "section"]),
);

const isBlock = (node) =>
  BLOCKS.has(node.tagName ?? node.type) ||
  ["mdxJsxFlowElement", "mdxFlowExpression", "mdxjsEsm"].includes(node.type);

// The page as a list of tags and words. White space is collapsed, also over the edges of what stands
// in a line, and dropped at those of blocks. Code keeps its own.
function flat(node, out = { list: [], space: false, start: true }, inCode = false) {
  const code = inCode || node.tagName === "code" || node.tagName === "pre";
  const mark = (entry) => out.list.push(entry);
  const edge = () => Object.assign(out, { space: false, start: true });
  if (isBlock(node)) edge();
  if (node.type === "text" && !code) {
    for (const [part] of node.value.matchAll(/[ \t\r\n]+|[^ \t\r\n]+/g)) {
      if (/^[ \t\r\n]/.test(part)) {
        out.space = true;
        continue;
      }
      mark(out.space && !out.start ? ` ${part}` : part);
      Object.assign(out, { space: false, start: false });
    }
    return out;
  }
  const attributes = node.attributes?.map((at) => [at.type, at.name, at.value?.value ?? at.value]);
  const { type, tagName, name, properties, value } = node;
  mark({ type, tagName, name, properties, value, attributes });
  if (type.startsWith("mdxText") || code) out.start = false;
  for (const child of node.children ?? []) flat(child, out, code);
  if (node.children) mark({ end: tagName ?? name ?? type });
  if (isBlock(node)) edge();
  return out;
}

async function shown(text) {
  let page;
  const keep = () => (tree) => {
    page = flat(tree).list;
  };
  const remarkPlugins = [remarkGfm, [remarkFrontmatter, ["yaml", "toml"]]];
  await compile(text, { remarkPlugins, rehypePlugins: [keep] });
  return page;
}

const result = {};
for (const directory of process.argv.slice(2)) {
  for (const name of readdirSync(directory).filter((name) => name.endsWith(".mdx"))) {
    const path = join(directory, name);
    try {
      result[path] = { page: await shown(readFileSync(path, "utf8")) };
    } catch (error) {
      result[path] = { error: String(error.reason ?? error) };
    }
  }
}
process.stdout.write(JSON.stringify(result));
