/**
 * Writes the server's messages as TypeScript, from the schema that the server writes of itself.
 * With `--check` it writes nothing, and fails if the file is not what the schema says.
 */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const SCHEMA = new URL("../../src/server/protocol/schema.json", import.meta.url);
const TYPES = new URL("../src/generated/protocol.ts", import.meta.url);
const HEADER = "/** The messages as types, written by `scripts/types.mjs` from the server's schema; do not edit. */\n\n";

// The tool reads OpenAPI, whose schemas are JSON Schema under another roof.
const schema = JSON.parse((await readFile(SCHEMA, "utf8")).replaceAll("#/$defs/", "#/components/schemas/"));
const roof = { openapi: "3.1.0", info: { title: schema.title, version: "1" }, components: { schemas: schema.$defs } };
const types = HEADER + astToString(await openapiTS(roof, { rootTypes: true, rootTypesNoSchemaPrefix: true }));

if (!process.argv.includes("--check")) {
  await writeFile(TYPES, types);
} else if (types !== (await readFile(TYPES, "utf8").catch(() => ""))) {
  console.error("panel/src/generated/protocol.ts is not what the schema says: run `npm run types` in panel");
  process.exit(1);
}
