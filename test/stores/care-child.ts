import { spawn } from 'node:child_process';
import { takeCareOf, temporaryFolder } from './care.js';

// Run by the test of care: starts a process and a folder, says which, and waits to be killed.
const { folder } = temporaryFolder('cared-for');
const child = spawn('sleep', ['600'], { stdio: 'ignore' });
takeCareOf(child);
process.stdout.write(`${JSON.stringify({ folder, id: child.pid })}\n`);
