// A worker that hangs: it says that it is ready and works on a task, and then stops. The second of a pool goes on saying that it is there.
import { openChannel } from "../internal/channel.ts";
import { transportToParent } from "../internal/process-transport.ts";

const { workerId } = JSON.parse(process.argv[2] ?? "{}") as { workerId: string };
const channel = openChannel(transportToParent(), {}, () => {});
process.once("disconnect", () => process.exit(0));
channel.notify("ready", { workerId });
channel.notify("busy", { taskId: `tsk_of_${workerId}` });
setInterval(() => channel.notify("alive", {}), 20);
if (workerId.endsWith("-1")) setTimeout(() => process.kill(process.pid, "SIGSTOP"), 200);
