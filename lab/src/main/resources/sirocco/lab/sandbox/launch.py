# Takes from itself the calls of the kernel that a program under test has no use for, then becomes that
# program. They are those whose memory no limit counts, those that reach other processes or keys, and
# those that are known for what went wrong in them. Sockets are those of files and of the Internet's
# protocols, which end at the namespace; others may lead to the machine's own host.
#
#   launch.py PYTHON PROGRAM
import ctypes
import os
import struct
import sys

# Name, number on x86_64, number on aarch64.
FORBIDDEN = """
memfd_create 319 279
memfd_secret 447 447
shmget 29 194
semget 64 190
msgget 68 186
mq_open 240 180
add_key 248 217
request_key 249 218
keyctl 250 219
ptrace 101 117
process_vm_readv 310 270
process_vm_writev 311 271
pidfd_getfd 438 438
kcmp 312 272
mount 165 40
unshare 272 97
setns 308 268
open_tree 428 428
move_mount 429 429
fsopen 430 430
mount_setattr 442 442
open_by_handle_at 304 265
fanotify_init 300 262
bpf 321 280
io_uring_setup 425 425
perf_event_open 298 241
userfaultfd 323 282
"""
SOCKET = "socket 41 198"
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
ARCHITECTURES = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}

# linux/filter.h, linux/seccomp.h and linux/prctl.h.
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
NUMBER_AT, ARCHITECTURE_AT, ARGUMENT_AT, X32 = 0, 4, 16, 0x40000000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2

machine = os.uname().machine
if machine not in ARCHITECTURES:
    sys.exit("the numbers of the kernel's calls on " + machine + " are not known here")
column, architecture = ARCHITECTURES[machine]
numbers = [int(line.split()[column]) for line in FORBIDDEN.split("\n") if line]

steps = [
    (LOAD, 0, 0, ARCHITECTURE_AT),
    (EQUAL, 1, 0, architecture),
    (RETURN, 0, 0, KILL),
    (LOAD, 0, 0, NUMBER_AT),
    (AT_LEAST, 0, 1, X32),
    (RETURN, 0, 0, KILL),
]
for at, number in enumerate(numbers):
    steps.append((EQUAL, len(numbers) - at + 1, 0, number))
steps += [
    (EQUAL, 2, 0, int(SOCKET.split()[column])),
    (RETURN, 0, 0, ALLOW),
    (RETURN, 0, 0, REFUSE),
    (LOAD, 0, 0, ARGUMENT_AT),
]
for at, family in enumerate(FAMILIES):
    steps.append((EQUAL, len(FAMILIES) - at, 0, family))
steps += [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]

code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(
    struct.pack("@HP", len(steps), ctypes.addressof(code)))
library = ctypes.CDLL(None, use_errno=True)
library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
if library.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0):
    sys.exit("the kernel takes no filter of calls: " + os.strerror(ctypes.get_errno()))
# What follows on standard error is the program's.
os.write(2, b"confined\n")
os.execv(sys.argv[1], [sys.argv[1], "-s", sys.argv[2]])
