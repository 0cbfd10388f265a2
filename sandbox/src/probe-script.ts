// What the self-test runs inside: each forbidden thing once, for real, in plain shell. Harmless where it succeeds: it writes empty
// files with its own name, gives a kernel setting the value that it has, and knocks on a port that we opened.
export const probeScript = `
attempt() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "probe.$name=possible"; else echo "probe.$name=refused"; fi; }
write_outside() {
  data=\${PROBE_SECRET%/*}
  for directory in / /usr /usr/bin /etc /etc/ssl /dev /proc /home /root /var/tmp "$data" "$PROBE_HOME" /proc/1/root/usr; do
    (: > "$directory/outpost-probe") 2>/dev/null && return 0
  done
  return 1
}
write_setting() { value=$(cat /proc/sys/kernel/core_pattern) && printf '%s\\n' "$value" > /proc/sys/kernel/core_pattern; }
read_home() { [ "$PROBE_HOME" != / ] && [ -n "$(ls -A "$PROBE_HOME")" ]; }
mount_something() { mount -t tmpfs none /tmp || mount -o remount,rw,bind /usr; }
connect() { bash -c ": < /dev/tcp/127.0.0.1/$PROBE_PORT"; }
attempt write_inside touch /work/probe
attempt write_outside write_outside
attempt read_data cat "$PROBE_SECRET"
attempt read_home read_home
attempt kernel_settings write_setting
attempt nested_namespace unshare --user true
attempt mount mount_something
attempt connect connect
interfaces=$(sed -n 's/^ *\\([^: ]*\\):.*/\\1/p' /proc/net/dev | tr '\\n' ' ')
echo "probe.interfaces=\${interfaces% }"
for field in CapEff:capabilities CapBnd:bounding NoNewPrivs:no_new_privileges Seccomp:seccomp; do
  echo "probe.\${field#*:}=$(sed -n "s/^\${field%:*}:[[:space:]]*//p" /proc/self/status)"
done
echo "probe.processes=$(sed -n 's/^Max processes *\\([0-9]*\\).*/\\1/p' /proc/self/limits)"
group=$(cat /sys/fs/cgroup/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids/pids.max 2>/dev/null)
echo "probe.group_processes=\${group:-none}"
ls -l /proc/self/fd > /tmp/descriptors
found=$(sed -n '/ -> \\/dev\\/null$/d; / -> \\/proc\\/[0-9]*\\/fd$/d; s/.* \\([0-9]*\\) -> .*/\\1/p' /tmp/descriptors | sed '/^[012]$/d' | tr '\\n' ' ')
echo "probe.descriptors=\${found:-none}"
names=$(cat /proc/[0-9]*/environ | tr '\\0' '\\n' | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p' | sort -u | tr '\\n' ' ')
echo "probe.environment=\${names% }"
(setsid sleep "$PROBE_MARKER" </dev/null >/dev/null 2>&1 &)
exit 0
`;
