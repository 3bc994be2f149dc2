// Renders the pages of sites of VitePress as it does, with the settings of each site's own
// configuration but for the colours of code. Writes one JSON object: per path `error` or `html`.
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createMarkdownRenderer } from "vitepress";

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const highlight = (code, lang) => `<pre class="${escaped(lang)}"><code>${escaped(code)}</code></pre>`;

async function rendered(directory, result) {
  const config = join(directory, ".vitepress/config.mjs");
  const settings = existsSync(config) ? (await import(pathToFileURL(config))).default : {};
  const markdown = await createMarkdownRenderer(directory, { ...settings.markdown, highlight });
  const names = readdirSync(directory, { recursive: true }).filter((name) => name.endsWith(".md"));
  for (const name of names) {
    const path = join(directory, name);
    try {
      const env = { path, relativePath: name };
      result[path] = { html: await markdown.renderAsync(readFileSync(path, "utf8"), env) };
    } catch (error) {
      result[path] = { error: String(error) };
    }
  }
}

const result = {};
for (const directory of process.argv.slice(2)) await rendered(realpathSync(directory), result);
process.stdout.write(JSON.stringify(result));
