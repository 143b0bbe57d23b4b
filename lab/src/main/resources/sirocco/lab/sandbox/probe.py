# Looks from inside whether a program is confined, and says what is not.
import errno
import os
import signal
import socket
import sys

open_doors = []


def refused(what, action):
    try:
        action()
        open_doors.append(what)
    except OSError:
        pass


status = dict(line.split(":", 1) for line in open("/proc/self/status"))
for power in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    if int(status[power], 16) != 0:
        open_doors.append("it has powers (" + power + status[power].strip() + ")")
if status["NoNewPrivs"].strip() != "1":
    open_doors.append("it can gain powers")
if status["Seccomp"].strip() != "2":
    open_doors.append("its calls of the kernel are not filtered")

interfaces = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
if interfaces != ["lo"]:
    open_doors.append("it sees the network interfaces " + ", ".join(interfaces))
refused("it reaches this machine's ports", lambda: socket.create_connection(("127.0.0.1", 22), 1))

for folder in ("/", "/usr", "/program", os.path.dirname(sys.executable)):
    refused("it can write to " + folder, lambda: os.mkdir(os.path.join(folder, "probe")))
with open("probe", "w") as written:
    written.write("probe")
os.remove("probe")

# Its own, and those that set it up.
if sum(name.isdigit() for name in os.listdir("/proc")) > 8 or os.path.exists("/sys"):
    open_doors.append("it sees the machine's processes or devices")

children = []
try:
    while len(children) < 64:
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
    open_doors.append("it can start any number of processes")
except OSError as full:
    if full.errno != errno.EAGAIN:
        raise
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)

sys.exit("; ".join(open_doors) or 0)
