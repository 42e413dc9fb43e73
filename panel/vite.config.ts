import { defineConfig } from "vite";

/** Each script is one file that stands on its own: `--mode panel` and `--mode card`. */
export default defineConfig(({ mode }) => ({
  build: {
    outDir: process.env["BUNDLE"] ?? "../custom_components/face/panel/bundle",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: `src/face-${mode}.ts`, formats: ["es"], fileName: () => `face-${mode}.js` },
  },
}));
