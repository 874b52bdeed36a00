// Bundles a script into one module and turns it into a component: `node build.mjs ENTRY` writes script.wasm.
import { writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";
import { build } from "esbuild";

const bundled = await build({
  entryPoints: [process.argv[2]],
  bundle: true,
  format: "esm",
  external: ["callbox:*"],
  write: false,
});
const { component } = await componentize(bundled.outputFiles[0].text, {
  witPath: "wit",
  worldName: "script",
  // callbox has no network to offer.
  disableFeatures: ["http", "fetch-event"],
});
await writeFile("script.wasm", component);
