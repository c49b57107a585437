"""Runs where it must reach nothing and says what it reached: one JSON object, probe: "in", or what it got."""

import ctypes
import errno
import json
import os
import platform
import resource
import socket
import struct
import sys

outside = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
X64 = platform.machine() == "x86_64"
NUMBERS = {
    "ptrace": (101, 117), "unshare": (272, 97), "setns": (308, 268), "clone3": (435, 435), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "process_vm_readv": (310, 270),
    "io_uring_setup": (425, 425), "bpf": (321, 280), "keyctl": (250, 219), "add_key": (248, 217),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "kexec_load": (246, 104), "init_module": (175, 105),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "memfd_create": (319, 279),
    "shmget": (29, 194), "personality": (135, 92), "pidfd_open": (434, 434), "sethostname": (170, 161),
    "fsopen": (430, 430), "seccomp": (317, 277), "quotactl": (179, 60), "reboot": (169, 142),
    "settimeofday": (164, 170), "syslog": (103, 116), "clone": (56, 220), "capset": (126, 91),
}


def call(name, *args):
    number = NUMBERS[name][0 if X64 else 1]
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def refused(name, *args):
    """The kernel must not even look at the arguments: what it says of them would be another error."""
    try:
        call(name, *args)
    except OSError as error:
        return "in" if error.errno in (errno.EPERM, errno.ENOSYS) else f"looked at: {errno.errorcode[error.errno]}"
    return "allowed"


def read(path):
    with open(path, "rb") as file:
        return file.read(64)


def made(family, kind=socket.SOCK_STREAM):
    return lambda: socket.socket(family, kind)


def connected(family, address):
    def act():
        with socket.socket(family) as one:
            one.settimeout(2)
            one.connect(address)
    return act


def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"out", ("127.0.0.1", outside["udp"]))


def listened():
    with socket.socket() as one:
        one.bind(("0.0.0.0", 0))
        one.listen()


def forked():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def namespaced():
    if call("clone", 0x10000000 | 17, 0, 0, 0, 0) == 0:
        os._exit(0)


def written(path):
    def act():
        with open(path, "w") as file:
            file.write("out")
    return act


def linked(kind):
    def act():
        kind(outside["file"], "/tmp/link")
        return read("/tmp/link")
    return act


def device():
    os.mknod("/tmp/device", 0o600 | 0o020000, os.makedev(1, 1))


def loosened(which):
    def act():
        _, hard = resource.getrlimit(which)
        if hard == resource.RLIM_INFINITY:
            return "had no bound"
        resource.setrlimit(which, (hard + 1, hard + 1))
    return act


def typed():
    import fcntl
    fcntl.ioctl(0, 0x5412, b"x")


def shared_memory():
    import mmap
    mmap.mmap(-1, 4096)


def canaries():
    """Whatever lies about where a program may look."""
    wanted = outside["canary"].encode()
    for name, value in os.environ.items():
        if wanted in f"{name}={value}".encode():
            return f"in the environment: {name}"
    for top, folders, files in os.walk("/"):
        folders[:] = [one for one in folders if os.path.join(top, one) not in ("/usr", "/lib", "/lib64")]
        for name in files:
            path = os.path.join(top, name)
            try:
                if os.path.isfile(path) and os.path.getsize(path) < 1 << 20 and wanted in open(path, "rb").read():
                    return path
            except OSError:
                pass
    raise PermissionError


PROBES = {
    "a file of the machine": lambda: read(outside["file"]),
    "/etc/shadow": lambda: read("/etc/shadow"),
    "/etc/passwd": lambda: read("/etc/passwd"),
    "/proc/1/environ": lambda: read("/proc/1/environ"),
    "its parent's environment": lambda: read(f"/proc/{os.getppid()}/environ"),
    "/proc/self/mem": lambda: open("/proc/self/mem", "r+b"),
    "/sys": lambda: os.listdir("/sys"),
    "/dev/mem": lambda: read("/dev/mem"),
    "the home of root": lambda: os.listdir("/root"),
    "a symbolic link out": linked(os.symlink),
    "a hard link out": linked(os.link),
    "a path above the root": lambda: read(f"/skill/../../..{outside['file']}"),
    "canaries in files and environment": canaries,
    "writing to its own files": written("/skill/written"),
    "writing to /usr": written("/usr/written"),
    "writing to the root": written("/written"),
    "a device": device,
    "TCP to this machine": connected(socket.AF_INET, ("127.0.0.1", outside["tcp"])),
    "TCP over IPv6": connected(socket.AF_INET6, ("::1", outside["tcp"])),
    "the metadata address": connected(socket.AF_INET, ("169.254.169.254", 80)),
    "UDP": datagram,
    "DNS": lambda: socket.getaddrinfo("localhost.example", 80),
    "a name server by hand": connected(socket.AF_INET, ("1.1.1.1", 53)),
    "a Unix socket": connected(socket.AF_UNIX, outside["socket"]),
    "an abstract Unix socket": connected(socket.AF_UNIX, "\0" + outside["abstract"]),
    "the control socket": connected(socket.AF_UNIX, outside["control"]),
    "listening": listened,
    "a raw socket": made(socket.AF_INET, socket.SOCK_RAW),
    "a packet socket": made(17),
    "a netlink socket": made(16, socket.SOCK_DGRAM),
    "a socket to the hypervisor": made(40),
    "the kernel's ciphers": made(38),
    "starting a process": forked,
    "a process in namespaces": namespaced,
    "becoming root": lambda: os.setuid(0),
    "another group": lambda: os.setgid(0),
    "more groups": lambda: os.setgroups([0]),
    "more memory": loosened(resource.RLIMIT_DATA),
    "more processes": loosened(resource.RLIMIT_NPROC),
    "more files": loosened(resource.RLIMIT_NOFILE),
    "typing into a terminal": typed,
    "memory that nobody counts": shared_memory,
}
CALLS = {
    "ptrace of itself": ("ptrace", 0, 0, 0, 0),
    "ptrace of the first process": ("ptrace", 16, 1, 0, 0),
    "a user namespace": ("unshare", 0x10000000),
    "a network namespace": ("unshare", 0x40000000),
    "another's namespace": ("setns", 0, 0),
    "clone3": ("clone3", 0, 0),
    "mounting": ("mount", 0, 0, 0, 0, 0),
    "unmounting": ("umount2", b"/usr", 2),
    "another root": ("pivot_root", b"/", b"/"),
    "chroot": ("chroot", b"/usr"),
    "the memory of another process": ("process_vm_readv", 1, 0, 0, 0, 0, 0),
    "io_uring": ("io_uring_setup", 8, 0),
    "BPF": ("bpf", 0, 0, 0),
    "keys of the kernel": ("keyctl", 0, 0, 0, 0, 0),
    "a new key": ("add_key", 0, 0, 0, 0, 0),
    "performance counters": ("perf_event_open", 0, 0, 0, 0, 0),
    "userfaultfd": ("userfaultfd", 0),
    "another kernel": ("kexec_load", 0, 0, 0, 0),
    "a kernel module": ("init_module", 0, 0, 0),
    "a handle of a file": ("name_to_handle_at", 0, 0, 0, 0, 0),
    "a file by its handle": ("open_by_handle_at", 0, 0, 0),
    "memfd": ("memfd_create", b"x", 0),
    "System V memory": ("shmget", 0, 4096, 0o1600),
    "personality": ("personality", 0xFFFFFFFF),
    "a handle of a process": ("pidfd_open", 1, 0),
    "the host name": ("sethostname", b"x", 1),
    "a new file system": ("fsopen", b"tmpfs", 0),
    "another filter": ("seccomp", 1, 0, 0),
    "quotas": ("quotactl", 0, 0, 0, 0),
    "restarting": ("reboot", 0, 0, 0, 0),
    "the clock": ("settimeofday", 0, 0),
    "the kernel's log": ("syslog", 10, 0, 0),
    "capabilities": ("capset", 0, 0),
}


def outcome(act):
    try:
        got = act()
        return "reached" if got is None else str(got)[:200]
    except (OSError, ValueError):
        return "in"


only = json.loads(sys.argv[sys.argv.index("--only") + 1]) if "--only" in sys.argv else [*PROBES, *CALLS]
found = {name: outcome(act) for name, act in PROBES.items() if name in only}
found.update({name: refused(*words) for name, words in CALLS.items() if name in only})
if "--wrong-machine" in sys.argv:
    print("about to", flush=True)
    libc.syscall(ctypes.c_long(0x40000000 | 39))
    found["x32"] = "survived"
print(json.dumps(found))
