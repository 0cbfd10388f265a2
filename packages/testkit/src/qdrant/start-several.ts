// Test servers that are stopped together.
import { type QdrantTestOptions, type QdrantTestServer, startQdrantTestServer } from "./server.ts";

export function createQdrantTestServers(): {
  startServer(options?: QdrantTestOptions): Promise<QdrantTestServer>;
  stopServers(): Promise<void>;
} {
  const started: QdrantTestServer[] = [];
  return {
    async startServer(options = {}) {
      const server = await startQdrantTestServer(options);
      started.push(server);
      return server;
    },
    async stopServers() {
      for (const server of started.splice(0)) await server.stop();
    },
  };
}
