// Services, sockets and interfaces that a command must not reach.
import { type EscapeCase, perl } from "./escape-case.ts";

export const networkCases: readonly EscapeCase[] = [
  {
    name: "connect to a TCP service",
    needs: "bash",
    script: 'bash -c ": < /dev/tcp/127.0.0.1/$TCP_PORT" && echo ESCAPED',
    control: true,
  },
  {
    name: "connect by the name localhost",
    needs: "bash",
    script: 'bash -c ": < /dev/tcp/localhost/$TCP_PORT" && echo ESCAPED',
    control: true,
  },
  {
    name: "reach the cloud's metadata",
    needs: "bash",
    script: 'timeout 3 bash -c ": < /dev/tcp/169.254.169.254/80" && echo ESCAPED',
    control: false,
  },
  { name: "resolve a name", script: "timeout 3 getent ahosts example.com && echo ESCAPED", control: false },
  {
    name: "find a network interface",
    script: "sed 1,2d /proc/net/dev | grep -v ' lo:' && echo ESCAPED",
    control: false,
  },
  {
    name: "send a datagram",
    needs: "perl",
    script: perl(
      'socket(S, PF_INET, SOCK_DGRAM, 0); send(S, "datagram", 0, sockaddr_in($ENV{UDP_PORT}, inet_aton("127.0.0.1")))',
    ),
    control: false,
  },
  {
    name: "connect to a socket file",
    needs: "perl",
    script: perl(
      'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un($ENV{UNIX_SOCKET})) and print "ESCAPED"',
    ),
    control: true,
  },
  {
    name: "connect to an abstract socket",
    needs: "perl",
    script: perl(
      'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack("Sxa107", 1, $ENV{ABSTRACT_SOCKET})) and print "ESCAPED"',
    ),
    control: true,
  },
  {
    name: "open a socket of the virtual machine",
    needs: "perl",
    script: perl('socket(S, 40, SOCK_STREAM, 0) and print "ESCAPED"'),
    control: false,
  },
  {
    name: "open a raw socket",
    needs: "perl",
    script: perl('socket(S, PF_INET, SOCK_RAW, 1) and print "ESCAPED"'),
    control: false,
  },
  {
    name: "open a packet socket",
    needs: "perl",
    script: perl('socket(S, 17, SOCK_RAW, 0) and print "ESCAPED"'),
    control: false,
  },
  {
    name: "listen where the host listens",
    needs: "perl",
    script: perl(
      'socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); bind(S, sockaddr_in($ENV{TCP_PORT}, INADDR_ANY)) or print "ESCAPED"',
    ),
    control: true,
  },
  {
    name: "connect over IPv6",
    needs: "bash",
    script: 'bash -c ": < /dev/tcp/::ffff:127.0.0.1/$TCP_PORT" && echo ESCAPED',
    control: true,
  },
  { name: "make a network interface", script: "ip link add intruder type dummy && echo ESCAPED", control: false },
];
