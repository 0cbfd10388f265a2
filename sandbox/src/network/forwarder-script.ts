// What stands between a command and the proxy's socket inside of the sandbox: programs know proxies by address and port only. Listens on
// the sandbox's own loopback, starts the command, and ends as the command ends.
export const forwarderPort = 3128;
export const missingProgramStatus = 127;

export const forwarderScript = `
const net = require("node:net");
const { spawn } = require("node:child_process");
const [socketPath, program, ...rest] = process.argv.slice(2);
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => {});
const server = net.createServer((inside) => {
  const outside = net.connect(socketPath);
  inside.on("error", () => outside.destroy());
  outside.on("error", () => inside.destroy());
  inside.pipe(outside).pipe(inside);
});
server.listen(${forwarderPort}, "127.0.0.1", () => {
  const child = spawn(program, rest, { stdio: "inherit" });
  child.once("error", () => { process.stderr.write("outpost: no such program\\n"); process.exit(${missingProgramStatus}); });
  child.once("exit", (code, signal) => {
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(137), 1000);
  });
});
`;
