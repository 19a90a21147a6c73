#!/usr/bin/env node
// The compiler of npm, as forge calls one: `solc --version`, and `solc --standard-json` from input to output.
import { readFileSync } from "node:fs";
import solc from "solc";

const json = process.argv.includes("--standard-json");
process.stdout.write(json ? solc.compile(readFileSync(0, "utf8")) : `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
