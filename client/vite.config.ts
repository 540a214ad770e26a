import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type Rolldown } from "vite";

const OUT = "../resolvers/static/client";
const WORKER = "sw.js";

/** Tells the service worker which files it keeps, with their hashes: it takes this build or none. */
function precached(): Plugin {
  return {
    name: "precached",
    apply: "build",
    closeBundle() {
      const names = readdirSync(OUT, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(js|css|html|svg|png|webmanifest)$/.test(name) && name !== WORKER)
        .toSorted();
      const hash = (content: Buffer | string): string =>
        createHash("sha256").update(content).digest("base64");
      const files = names.map((name) => [
        name === "index.html" ? "/" : `/${name}`,
        `sha256-${hash(readFileSync(join(OUT, name)))}`,
      ]);
      const list = JSON.stringify(Object.fromEntries(files));
      const path = join(OUT, WORKER);
      writeFileSync(path, `const FILES=${list},BUILD="${hash(list)}";${readFileSync(path, "utf8")}`);
    },
  };
}

/** Writes .br and .gz beside each file that shrinks: the server sends them as they are. */
function precompressed(): Plugin {
  return {
    name: "precompressed",
    apply: "build",
    closeBundle() {
      const files = readdirSync(OUT, { recursive: true, encoding: "utf8" });
      for (const file of files.filter((name) => /\.(js|css|html|svg|json|webmanifest)$/.test(name))) {
        const path = join(OUT, file);
        const content = readFileSync(path);
        const brotli = brotliCompressSync(content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
        });
        writeFileSync(`${path}.br`, brotli);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** The documents behind the hashes in the bundle: the API answers these whatever else it trusts. */
function documents(): Plugin {
  return {
    name: "documents",
    apply: "build",
    generateBundle() {
      const source = readFileSync("src/gql/persisted-documents.json", "utf8");
      this.emitFile({ type: "asset", fileName: "documents.json", source });
    },
  };
}

type Modules = Parameters<Rolldown.CodeSplittingNameFunction>[1];

/** Tells whether the page loads a module before anything is shown: what it names lies in one file, not in six. */
function isFirst(id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const info = modules.getModuleInfo(id);
  if (id.startsWith("\0rolldown/")) return true; // what all chunks stand on
  if (info === null) return false;
  return id.endsWith("/src/main.tsx") || info.importers.some((importer) => isFirst(importer, modules, seen));
}

export default defineConfig({
  plugins: [react(), tailwindcss(), documents(), precached(), precompressed()],
  resolve: { tsconfigPaths: true },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    license: { fileName: "assets/licenses.md" },
    // A preload polyfill would be an inline script; the browsers of this target have the real thing.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: "index.html", sw: "worker/sw.ts" },
      // A worker's address is its identity.
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? WORKER : "assets/[name]-[hash].js"),
        codeSplitting: {
          groups: [{ debugName: "first", name: (id, modules) => (isFirst(id, modules) ? "first" : null) }],
        },
      },
    },
  },
  server: {
    proxy: {
      "/graphql": { target: "http://127.0.0.1:8000", ws: true },
      "/client.json": "http://127.0.0.1:8000",
    },
  },
});
