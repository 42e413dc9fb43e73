import { defineConfig } from "vite";

/** Each script is one file that stands on its own: `--mode panel` and `--mode card`. */
export default defineConfig(({ mode }) => ({
  build: {
    outDir: process.env["BUNDLE"] ?? "../custom_components/face/panel/bundle",
    emptyOutDir: false,
    target: "es2022",
    // Else the script names the folders it was built from, and is another one where those are elsewhere.
    rolldownOptions: { experimental: { attachDebugInfo: "none" } },
    lib: { entry: `src/face-${mode}.ts`, formats: ["es"], fileName: () => `face-${mode}.js` },
  },
}));
