# ends: EXITED refused
import socket
for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "8.8.8.8", "169.254.169.254"):
    attempt(lambda: socket.create_connection((host, int(port)), 1))
