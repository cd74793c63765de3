#!/usr/bin/env node
// JavaScript, so that nothing has to be compiled before the cache is there: what the first start has compiled, the
// next ones find, in their threads and child processes too. It saves some 20 MB and 40 ms in each of them.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Of this user alone: whoever can write into it decides what is run.
process.env.NODE_COMPILE_CACHE ??= join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kanon', 'compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('../src/main.ts');
