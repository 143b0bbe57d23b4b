# ends: EXITED refused
import socket
for host in ("127.0.0.1", "8.8.8.8", "255.255.255.255"):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    attempt(lambda: sender.sendto(b"x", (host, int(port))))
