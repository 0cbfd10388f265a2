import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeCommandGroup } from "./command-group.ts";
import { findGroups, ownGroupName } from "./find-groups.ts";

const base = mkdtempSync(join(tmpdir(), "outpost-groups-"));
afterAll(() => rmSync(base, { recursive: true }));

let made = 0;

/** A system as far as groups go: plain files where the kernel would have its own. */
function makeSystem(cgroup: string, files: Record<string, string>) {
  const directory = join(base, String(++made));
  const [self, root] = [join(directory, "self"), join(directory, "fs")];
  mkdirSync(self, { recursive: true });
  writeFileSync(join(self, "cgroup"), cgroup);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return { system: { self, root, pid: process.pid }, root, read };
}

const delegated = (members: string) => ({
  "cgroup.controllers": "cpu io memory pids\n",
  "system.slice/outpost.service/cgroup.controllers": "cpu memory pids\n",
  "system.slice/outpost.service/cgroup.procs": members,
});
const unified = "0::/system.slice/outpost.service\n";

describe("control groups of version 2", () => {
  it("are made beside the server, which moves aside first", () => {
    const { system, root, read } = makeSystem(unified, delegated(`${process.pid}\n`));
    const service = join(root, "system.slice/outpost.service");
    expect(findGroups(system)).toEqual({
      place: { version: 2, parents: { memory: service, pids: service, cpu: service } },
      detail: "control groups (version 2) for memory, pids, cpu",
    });
    expect(read(`system.slice/outpost.service/${ownGroupName}/cgroup.procs`)).toBe(String(process.pid));
    expect(read("system.slice/outpost.service/cgroup.subtree_control")).toBe("+memory +pids +cpu");
  });

  it("are found by the server's children, which were born aside", () => {
    const { system, root } = makeSystem(`0::/system.slice/outpost.service/${ownGroupName}\n`, delegated("1\n"));
    const service = join(root, "system.slice/outpost.service");
    expect(findGroups(system).place?.parents.memory).toBe(service);
  });

  it("are not taken where others live, or nothing is offered", () => {
    const shared = makeSystem(unified, delegated(`${process.pid}\n1999999999\n`));
    expect(findGroups(shared.system)).toMatchObject({
      place: null,
      detail: expect.stringMatching(/holds other processes as well \(1999999999\); .*Delegate=yes/),
    });
    const files = { ...delegated(`${process.pid}`), "system.slice/outpost.service/cgroup.controllers": "io\n" };
    expect(findGroups(makeSystem(unified, files).system)).toMatchObject({
      place: null,
      detail: expect.stringContaining("offers neither memory nor pids nor cpu"),
    });
    expect(findGroups(makeSystem("0::/nowhere\n", { "cgroup.controllers": "memory\n" }).system)).toMatchObject({
      place: null,
      detail: expect.stringContaining("cannot be written"),
    });
  });

  it("bound a command as a whole", () => {
    const { system, root, read } = makeSystem(unified, delegated(`${process.pid}\n`));
    const { place } = findGroups(system);
    if (!place) throw new Error("no place");
    const group = makeCommandGroup(place, { memoryBytes: 1_000_000_000, processes: 100 });
    group.enter(4711);
    const name = join("system.slice/outpost.service", nameOf(join(root, "system.slice/outpost.service")));
    expect(read(join(name, "memory.max"))).toBe(String(1_000_000_000 + 16_777_216));
    expect(read(join(name, "memory.swap.max"))).toBe("0");
    expect(read(join(name, "pids.max"))).toBe("104");
    expect(read(join(name, "cpu.weight"))).toBe("10");
    expect(read(join(name, "cgroup.procs"))).toBe("4711");
  });
});

describe("control groups of version 1", () => {
  const own = "5:cpu,cpuacct:/\n4:memory:/job/7\n8:pids:/\n1:name=systemd:/\n0::/\n";
  const files = { "memory/job/7/tasks": "", "pids/tasks": "", "cpu/tasks": "" };

  it("are made below the own group of each controller", () => {
    const { system, root, read } = makeSystem(own, files);
    const { place, detail } = findGroups(system);
    expect(detail).toBe("control groups (version 1) for memory, pids, cpu");
    expect(place).toEqual({
      version: 1,
      parents: { memory: join(root, "memory/job/7"), pids: join(root, "pids"), cpu: join(root, "cpu") },
    });
    if (!place) throw new Error("no place");
    makeCommandGroup(place, { memoryBytes: 1_000_000_000, processes: 100 }).enter(4711);
    const name = nameOf(join(root, "pids"));
    expect(read(`memory/job/7/${name}/memory.limit_in_bytes`)).toBe("1016777216");
    expect(read(`memory/job/7/${name}/memory.memsw.limit_in_bytes`)).toBe("1016777216");
    expect(read(`cpu/${name}/cpu.shares`)).toBe("102");
    for (const parent of ["memory/job/7", "pids", "cpu"]) expect(read(`${parent}/${name}/cgroup.procs`)).toBe("4711");
  });

  it("hold for those that are there, and it is said when none is", () => {
    const some = makeSystem(own, { "pids/tasks": "" });
    expect(findGroups(some.system)).toMatchObject({ detail: "control groups (version 1) for pids" });
    expect(findGroups(makeSystem(own, { "other/tasks": "" }).system)).toMatchObject({
      place: null,
      detail: expect.stringContaining("cannot be written"),
    });
    expect(findGroups({ self: join(base, "none"), root: join(base, "none") }).place).toBeNull();
  });
});

/** Of the newest group below a directory. */
function nameOf(parent: string): string {
  const names = readdirSync(parent).filter((name) => name.startsWith(`outpost-${process.pid}-`));
  return names.toSorted((left, right) => left.length - right.length || left.localeCompare(right)).at(-1) ?? "";
}
