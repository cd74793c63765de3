#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start finds what the first one compiled.
enableCompileCache();
const { run } = await import('./cli/run.ts');

process.exitCode = await run(process.argv.slice(2), process.env);
