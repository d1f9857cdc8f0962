#!/usr/bin/env node
// The entry of the command line, in plain JavaScript so that it runs before anything is compiled. The work is done in a
// child process: code under test may block its thread for ever, and only another process can then end it with the
// right exit code and one sentence.
process.env.TZ = 'UTC';
const { supervise } = await import('./supervise.js');
process.exitCode = await supervise(process.argv.slice(2));
