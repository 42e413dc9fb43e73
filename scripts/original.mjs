// The system that Face grew out of, for measuring: the path of a picture in, milliseconds and faces out, a line each.
//
//   node scripts/original.mjs FOLDER
//
// FOLDER is where `npm install @vladmandic/face-api @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
// @napi-rs/canvas` was run. Detector, landmarks and descriptor are those of the package, run by WebAssembly.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const folder = resolve(process.argv[2]);
const need = createRequire(`${folder}/`);
const tf = need("@tensorflow/tfjs");
const wasm = need("@tensorflow/tfjs-backend-wasm");
const { Canvas, Image, ImageData, createCanvas, loadImage } = need("@napi-rs/canvas");
const faces = need("@vladmandic/face-api/dist/face-api.node-wasm.js");

wasm.setWasmPaths(`${folder}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
await tf.setBackend("wasm");
await tf.ready();
faces.env.monkeyPatch({ Canvas, Image, ImageData });
const models = `${folder}/node_modules/@vladmandic/face-api/model`;
await faces.nets.ssdMobilenetv1.loadFromDisk(models);
await faces.nets.faceLandmark68Net.loadFromDisk(models);
await faces.nets.faceRecognitionNet.loadFromDisk(models);

console.log(JSON.stringify({ backend: tf.getBackend() }));
for await (const path of createInterface({ input: process.stdin })) {
  const bytes = await readFile(path);
  const begun = performance.now();
  const used = process.cpuUsage();
  const image = await loadImage(bytes);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const found = await faces.detectAllFaces(canvas).withFaceLandmarks().withFaceDescriptors();
  const { user, system } = process.cpuUsage(used);
  console.log(
    JSON.stringify({ faces: found.length, ms: performance.now() - begun, processor_ms: (user + system) / 1000 }),
  );
}
