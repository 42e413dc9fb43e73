import eslint from "@eslint/js";
import { configs as lit } from "eslint-plugin-lit";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["src/generated", "scripts", "*.js", "*.ts"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  lit["flat/recommended"],
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers read well in a sentence.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Lit's own way to write an event handler that works asynchronously.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-confusing-void-expression": "off",
    },
  },
);
