import { defineConfig } from "vite";

export default defineConfig({
  base: "/explorer/",
  build: {
    outDir: "../resolvers/static/explorer",
    emptyOutDir: true,
    target: "es2022",
    license: { fileName: "assets/licenses.md" },
    // GraphiQL's editor is one large module; splitting it would only add requests.
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog: (level, log, print) => log.code !== "MODULE_LEVEL_DIRECTIVE" && print(level, log),
    },
  },
});
